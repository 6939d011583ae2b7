#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/core/time_types.h"
#include "harness/history/history.h"

namespace smx::history {

/// What may go: a run that is older than `age` and not among the newest `keep` of its matrix.
struct PrunePolicy {
  std::size_t keep = 50;
  std::chrono::days age{90};
};

/// The runs whose folders may be removed, the oldest first. Never a baseline, a signed run, the newest run of
/// a matrix that ended with exit code 0, which is its latest-good, or one of `needed`, which have the
/// evidence of what other runs left out. `runs`: all of them. Pure.
std::vector<std::string> prunable(const std::vector<RunLine>& runs, const PrunePolicy& policy, TimePoint now,
                                  const std::set<std::string>& needed = {});

}  // namespace smx::history
