#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/core/model/run_record.h"

namespace smx::app {

/// Entries of a run's environment that outcomes may depend on and nothing else writes down: this program's
/// hash (beside the one that a resumed run began with), and the certificates of cards that the matrix names
/// by file.
std::map<std::string, std::string> input_entries(const RunRecord& record);

/// What is left of a plan, and the cells that are not.
struct ChangedPart {
  Plan plan;
  std::vector<UnchangedCell> unchanged;
};

/// Leaves out what nothing has changed for since it was last run (compare::unchanged_cells), and says so in a
/// warning of the plan. `environment` is a run's whole one.
ChangedPart leave_out_unchanged(Plan plan, const std::map<std::string, std::string>& environment,
                                std::size_t slots);

/// "48 cells are unchanged since run 20261124-093012-5f3c", or of how many runs.
std::string unchanged_words(const std::vector<UnchangedCell>& unchanged);

}  // namespace smx::app
