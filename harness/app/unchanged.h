#pragma once

#include <cstddef>
#include <filesystem>

#include "harness/core/model/run_record.h"

namespace smx::app {

/// Puts into the record what outcomes may depend on and nothing else writes down: this program's hash, and
/// the certificates of cards that the matrix names by file.
void note_inputs(RunRecord& record);

/// Takes out of the record's plan what nothing has changed for since it was last run
/// (compare::unchanged_cells), notes it in the run's info and says so in a warning. Its environment must be
/// complete. Returns how many cells are left to run.
std::size_t leave_out_unchanged(RunRecord& record, std::size_t slots);

/// "48 cells are unchanged since run 20261124-093012-5f3c", or of how many runs.
std::string unchanged_words(const RunInfo& info);

}  // namespace smx::app
