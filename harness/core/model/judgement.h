#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/core/model/support_table.h"
#include "harness/core/types.h"

// What a run record means when it is held against tables and waivers (harness/verdict).

namespace smx {

struct CellVerdict {
  Verdict verdict = Verdict::inconclusive;
  ControlStatus control = ControlStatus::not_needed;
  TableMark expectation;           ///< what the table says; for controls: supported
  std::optional<Outcome> outcome;  ///< of the deciding attempt; none: not covered or not run
  std::string reason;              ///< one line: why this verdict
  bool flaky = false;
  std::optional<Waiver> waiver;
  bool operator==(const CellVerdict&) const = default;
};

struct Judgement {
  std::vector<CellVerdict> cells;  ///< parallel to Plan::cells
  std::map<Verdict, int> counts;
  int flaky = 0;
  int covered = 0, not_covered = 0;  ///< cells
  int unconfirmed_marks = 0;         ///< marks used that no person has confirmed and no text states
  int exit_code = 0;
  std::string headline;  ///< one line: what broke, or that nothing did
};

}  // namespace smx
