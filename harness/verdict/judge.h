#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/model/judgement.h"
#include "harness/core/model/matrix.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "harness/core/model/support_table.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"

// Verdicts: a pure function of what was observed, the support tables, the waivers and a given time.
// No clock, no I/O, no machine; the same record judged twice gives the same judgement.
//
//   cell                        passed             failed, timed-out  guest-crashed   blocked, invalid
//   normal mode (the control)   control-ok         control-broken     control-broken  inconclusive
//   supported, control ok       conforms           deviates           deviates        inconclusive
//   not supported ("may work")  works-unsupported  conforms           deviates        inconclusive
//   undocumented                observed           observed           deviates        inconclusive
//
// On top of it: a deviation from a mark nobody has confirmed is deviates-unconfirmed; a Safe Mode cell that
// did not pass is judged against "supported" only when its control passed at the first attempt; a waiver that
// is valid at the given time turns a deviation into waived.

namespace smx::verdict {

struct JudgeOptions {
  std::vector<Waiver> waivers;     ///< beside those of the matrix
  std::optional<TimePoint> as_of;  ///< when waivers are judged; none: at the run's start
  bool fail_on_flaky = false;
  std::map<std::string, SupportTable> tables;  ///< judged against these instead of the plan's of the same id
};

Judgement judge(const RunRecord& record, const JudgeOptions& options);

/// What is expected of a cell: for the control (normal mode) "supported", else the mark in the target's
/// table.
TableMark expectation(const Plan& plan, const Cell& cell, const std::map<std::string, SupportTable>& tables);

/// Whether somebody stands behind the mark: the source states it, or a person confirmed it.
bool is_confirmed(const TableMark& mark);

/// Whether the cell is judged by a mark that nobody stands behind. A check of one's own that no table marks is
/// judged by none.
bool rests_on_unconfirmed(const Cell& cell, const TableMark& mark);

/// Refers to the record's attempts: those of each cell, by number.
using AttemptsByCell = std::map<CellId, std::vector<const Attempt*>>;
AttemptsByCell attempts_by_cell(const RunRecord& record);

/// The attempt that decides a cell: the first that passed, else the last that showed something of the
/// scenario, else the last that was not applicable, else the last. `attempts` are of one cell, in order. Null
/// when there are none.
const Attempt* deciding_attempt(const std::vector<const Attempt*>& attempts);

/// Whether another try could change the verdict: not for a pass, not for what is not applicable, and not for
/// a failure that the table expects.
bool worth_another_attempt(const Plan& plan, const Cell& cell, Outcome outcome);

/// One line that says what broke, or that nothing did.
std::string headline(const RunRecord& record, const Judgement& judgement);

}  // namespace smx::verdict
