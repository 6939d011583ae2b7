#pragma once

#include <string>
#include <vector>

#include "harness/compare/summary.h"

namespace smx::compare {

/// A result, and the run that had it.
struct PastResult {
  std::string run;
  CellResult result;
};

/// The cells of a plan that need not be run again: everything known beforehand that they depend on is as it
/// was when they were last run, and what they showed then was as it should be and not flaky (passed, not
/// applicable, or failed where the table says "not supported"). What was broken, inconclusive or observed
/// without a mark is always run again, and so is everything with a real reader. `newest`: the newest result
/// of each cell. Pure.
std::vector<UnchangedCell> unchanged_cells(const Plan& plan,
                                           const std::map<std::string, std::string>& environment,
                                           const std::vector<PastResult>& newest);

}  // namespace smx::compare
