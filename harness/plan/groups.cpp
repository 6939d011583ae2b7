#include <fmt/format.h>
#include <algorithm>
#include <tuple>

#include "harness/plan/steps.h"

namespace smx::plan_steps {
namespace {

struct Timed {
  BootGroup group;
  Milliseconds length{0};
};

std::string group_id(const BootGroup& group) {
  auto id = fmt::format("{}/{}/{}", group.target, name(group.mode), group.reader);
  // The starting state is `unjoined` nearly everywhere; it is named only where it is not.
  if (group.state != StartState::unjoined) id += fmt::format("/{}", name(group.state));
  return id;
}

BootGroup& group_of(std::vector<Timed>& all, const Cell& cell, const Scenario& scenario) {
  for (auto& [group, length] : all)
    if (group.target == cell.id.target && group.state == scenario.state && group.mode == cell.id.mode &&
        group.reader == cell.id.reader)
      return group;
  auto& group = all.emplace_back().group;
  group.target = cell.id.target;
  group.state = scenario.state;
  group.mode = cell.id.mode;
  group.reader = cell.id.reader;
  group.id = group_id(group);
  return group;
}

/// After a cell that changed the guest or the domain, the rest of its group needs a fresh boot.
Milliseconds length_of(const Plan& plan, const BootGroup& group, const PlanOptions& options) {
  const auto boot = options.boot_estimate.find(plan.target(group.target).kind);
  const auto one_boot = boot == options.boot_estimate.end() ? Milliseconds(0) : boot->second;
  auto length = one_boot;
  for (std::size_t i = 0; i < group.cells.size(); ++i) {
    length += options.scenario_estimate;
    const auto* scenario = plan.catalogue.find(plan.cells[group.cells[i]].id.scenario);
    const bool spoils = scenario->changes == Changes::guest || scenario->changes == Changes::domain;
    if (spoils && i + 1 < group.cells.size()) length += one_boot;
  }
  return length;
}

/// The longest first, each to the slot that is free first. `lengths` need no order.
Milliseconds packed(std::vector<Milliseconds> lengths, int slots) {
  std::sort(lengths.rbegin(), lengths.rend());
  const auto used = std::clamp<std::size_t>(lengths.size(), 1, static_cast<std::size_t>(slots));
  std::vector<Milliseconds> busy(used, Milliseconds(0));
  for (const auto length : lengths) *std::min_element(busy.begin(), busy.end()) += length;
  return *std::max_element(busy.begin(), busy.end());
}

std::vector<Timed> collect(const Plan& plan, const PlanOptions& options) {
  std::vector<Timed> all;
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    const auto& cell = plan.cells[i];
    if (cell.not_covered.empty())
      group_of(all, cell, *plan.catalogue.find(cell.id.scenario)).cells.push_back(i);
  }
  const auto changes = [&](std::size_t cell) {
    return plan.catalogue.find(plan.cells[cell].id.scenario)->changes;
  };
  for (auto& [group, length] : all) {
    std::stable_sort(group.cells.begin(), group.cells.end(),
                     [&](std::size_t a, std::size_t b) { return changes(a) < changes(b); });
    length = length_of(plan, group, options);
  }
  return all;
}

}  // namespace

void add_groups(Plan& plan, const PlanOptions& options) {
  auto all = collect(plan, options);
  std::stable_sort(all.begin(), all.end(), [](const Timed& a, const Timed& b) {
    const auto safe = [](const Timed& t) { return t.group.mode != BootMode::normal; };
    return std::tuple(safe(a), b.length) < std::tuple(safe(b), a.length);
  });
  std::vector<Milliseconds> lengths;
  for (auto& [group, length] : all) {
    lengths.push_back(length);
    plan.groups.push_back(std::move(group));
  }
  plan.estimate = packed(lengths, options.slots);
}

}  // namespace smx::plan_steps
