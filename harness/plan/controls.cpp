#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "harness/core/text.h"
#include "harness/plan/steps.h"

namespace smx::plan_steps {
namespace {

template <class T, class Is>
std::size_t position(const std::vector<T>& all, Is is) {
  return static_cast<std::size_t>(std::find_if(all.begin(), all.end(), is) - all.begin());
}

/// Report order of a cell. A mode that the matrix does not name (normal, added) stands before the others.
auto report_order(const Plan& plan, const CellId& id) {
  const auto& matrix = plan.matrix;
  const auto mode = position(matrix.modes, [&](BootMode m) { return m == id.mode; });
  return std::tuple(
      position(matrix.targets, [&](const Target& t) { return t.id == id.target; }),
      mode == matrix.modes.size() ? 0 : mode + 1,
      position(matrix.readers, [&](const Reader& r) { return r.id == id.reader; }),
      position(plan.catalogue.scenarios, [&](const Scenario& s) { return s.id == id.scenario; }));
}

std::vector<Cell> missing_controls(const Plan& plan) {
  std::set<CellId> there;
  for (const auto& cell : plan.cells) there.insert(cell.id);
  std::vector<Cell> missing;
  for (const auto& cell : plan.cells) {
    if (!cell.not_covered.empty() || cell.id.mode == BootMode::normal) continue;
    auto control = cell;
    control.id.mode = BootMode::normal;
    control.added_control = true;
    if (there.insert(control.id).second) missing.push_back(std::move(control));
  }
  return missing;
}

}  // namespace

void add_controls(Plan& plan) {
  std::map<std::pair<std::string, std::string>, std::size_t> added;
  for (auto& control : missing_controls(plan)) {
    ++added[{control.id.target, control.id.reader}];
    plan.cells.push_back(std::move(control));
  }
  for (const auto& [where, count] : added)
    plan.warnings.push_back(fmt::format(
        "{}/normal/{}: {} added, because a failure in a safe mode says nothing without normal mode",
        where.first, where.second, plural(count, "control")));
  std::stable_sort(plan.cells.begin(), plan.cells.end(), [&](const Cell& a, const Cell& b) {
    return report_order(plan, a.id) < report_order(plan, b.id);
  });
}

}  // namespace smx::plan_steps
