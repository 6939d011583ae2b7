#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/plan/boot_modes.h"
#include "harness/plan/steps.h"

namespace smx::plan_steps {

Cell make_cell(const CellId& id, const Scenario& scenario, TargetKind kind) {
  Cell cell;
  cell.id = id;
  cell.row = scenario.row;
  cell.words = scenario.words;
  const auto on = scenario.targets.find(kind);
  const auto* const waits_for = on == scenario.targets.end() ? nullptr : &on->second.waits_for;
  if (waits_for != nullptr && !on->second.agent.empty()) return cell;
  cell.not_covered = waits_for != nullptr && !waits_for->empty()
                         ? *waits_for
                         : fmt::format("an implementation for {}", name(kind));
  return cell;
}

void add_cells(Plan& plan) {
  for (const auto& target : plan.matrix.targets)
    for (const auto mode : plan.matrix.modes) {
      if (!has_mode(target.kind, mode)) {
        plan.warnings.push_back(fmt::format("{}: a {} target has no mode {}; its cells are left out",
                                            target.id, name(target.kind), name(mode)));
        continue;
      }
      for (const auto& reader : plan.matrix.readers)
        for (const auto& scenario : plan.catalogue.scenarios)
          plan.cells.push_back(make_cell({target.id, mode, reader.id, scenario.id}, scenario, target.kind));
    }
}

void keep_only(Plan& plan, const std::vector<std::string>& only) {
  if (only.empty()) return;
  std::set<std::size_t> kept;
  for (const auto& pattern : only) {
    bool any = false;
    for (std::size_t i = 0; i < plan.cells.size(); ++i) {
      if (!glob_match(pattern, plan.cells[i].id.str())) continue;
      kept.insert(i);
      any = true;
    }
    if (any) continue;
    std::vector<std::string> ids;
    for (const auto& cell : plan.cells) ids.push_back(cell.id.str());
    const auto near = closest(pattern, ids);
    const auto example = near.empty() && !ids.empty() ? ids.front() : near;
    throw Error(
        ErrorKind::usage,
        fmt::format("\"{}\" matches no cell of this matrix; cells are called target/mode/reader/scenario{}, "
                    "and * matches any characters",
                    pattern, example.empty() ? "" : ", such as \"" + example + "\""));
  }
  std::vector<Cell> cells;
  for (const auto i : kept) cells.push_back(std::move(plan.cells[i]));
  plan.cells = std::move(cells);
}

}  // namespace smx::plan_steps
