#include "harness/history/prune.h"

#include <algorithm>
#include <map>
#include <set>

namespace smx::history {

std::vector<std::string> prunable(const std::vector<RunLine>& runs, const PrunePolicy& policy, TimePoint now,
                                  const std::set<std::string>& needed) {
  auto newest_first = runs;
  std::stable_sort(newest_first.begin(), newest_first.end(),
                   [](const RunLine& a, const RunLine& b) { return a.started > b.started; });
  std::map<std::string, std::size_t> seen;
  std::set<std::string> with_good;
  std::vector<std::string> ids;
  for (const auto& run : newest_first) {
    const bool among_newest = ++seen[run.matrix] <= policy.keep;
    const bool latest_good =
        run.end == RunEnd::completed && run.exit_code == 0 && with_good.insert(run.matrix).second;
    const bool baseline = !run.tags.empty() || run.is_signed || latest_good || needed.contains(run.id);
    const bool old = run.started < now - policy.age;
    if (!baseline && !among_newest && old && !run.folder.empty()) ids.push_back(run.id);
  }
  std::reverse(ids.begin(), ids.end());
  return ids;
}

}  // namespace smx::history
