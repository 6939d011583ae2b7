#include "harness/plan/make_plan.h"
#include "harness/plan/steps.h"

namespace smx {

Plan leave_out(Plan plan, const std::set<CellId>& cells, const PlanOptions& options) {
  std::set<CellId> controls;
  for (const auto& cell : plan.cells) {
    if (cell.id.mode == BootMode::normal || !cell.not_covered.empty() || cells.contains(cell.id)) continue;
    auto control = cell.id;
    control.mode = BootMode::normal;
    controls.insert(control);
  }
  std::erase_if(plan.cells,
                [&](const Cell& cell) { return cells.contains(cell.id) && !controls.contains(cell.id); });
  plan.groups.clear();
  plan_steps::add_groups(plan, options);
  return plan;
}

}  // namespace smx
