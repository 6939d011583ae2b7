#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/core/model/judgement.h"
#include "harness/core/sign_off.h"
#include "harness/core/types.h"
#include "reports/common/grid.h"
#include "reports/common/report_input.h"

// What a sign-off says of a run: one pure computation, two forms.
//
//   ReportInput + SignOff --make_statement--> Statement --> sign_off_html (a page to print), sign_off_json

namespace smx {

/// Whether somebody must write down why this is signed all the same: nothing was concluded, or it contradicts
/// the table and no waiver permits it, or the control is broken.
bool needs_exception(const CellVerdict& verdict);

/// Indices of cells are those of Plan::cells.
struct Statement {
  ReportInput input;
  const SignOff& sign_off;

  std::vector<std::size_t> in_need;             ///< cells that need an exception, the worst first
  std::map<std::size_t, std::size_t> excepted;  ///< of those, and the first exception that matches
  std::vector<std::size_t> waived, flaky;
  std::vector<std::size_t> not_run;  ///< planned and covered, but without an attempt
  Coverage coverage;

  /// Marks that were used and that no person has confirmed nor any source states.
  struct UnconfirmedMark {
    std::string table;
    BootMode mode = BootMode::normal;
    int row = kOwnCheck;
    std::string scenario;
    TableMark mark;
  };
  std::vector<UnconfirmedMark> unconfirmed;  ///< each once, by table, mode and report position

  std::size_t predicted_right = 0, predicted_unobserved = 0;
  std::vector<std::size_t> predicted_wrong;

  using Rows = std::set<Grid::Row>;  ///< each once, in report order
  /// By kind of target and by how far its implementations are proven ("compiled", "wine", "real").
  std::map<std::pair<TargetKind, std::string>, Rows> proven;
};

/// Refers to what `input` refers to, and to `sign_off`: both must outlive it.
Statement make_statement(const ReportInput& input, const SignOff& sign_off);

}  // namespace smx
