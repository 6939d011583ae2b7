#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/plan/make_plan.h"
#include "harness/plan/steps.h"

namespace smx {
namespace {

void take_tables(Plan& plan, const std::map<std::string, SupportTable>& tables) {
  for (const auto& target : plan.matrix.targets) {
    if (target.support_table.empty()) continue;
    const auto table = tables.find(target.support_table);
    if (table == tables.end())
      throw Error(ErrorKind::usage,
                  fmt::format("the target {} names the support table {}, which is not there; see "
                              "`safemode-matrix support-table show`",
                              target.id, target.support_table));
    plan.tables.insert(*table);
  }
}

void take_scenarios(Plan& plan, const Catalogue& catalogue) {
  const auto& named = plan.matrix.scenarios;
  std::copy_if(catalogue.scenarios.begin(), catalogue.scenarios.end(),
               std::back_inserter(plan.catalogue.scenarios), [&](const Scenario& scenario) {
                 return std::find(named.begin(), named.end(), scenario.id) != named.end();
               });
}

}  // namespace

Plan make_plan(const Matrix& matrix, const Catalogue& catalogue,
               const std::map<std::string, SupportTable>& tables, const PlanOptions& options) {
  if (options.slots < 1)
    throw Error(ErrorKind::usage,
                fmt::format("{} slots cannot run anything; give at least 1", options.slots));
  Plan plan;
  plan.matrix = matrix;
  take_tables(plan, tables);
  take_scenarios(plan, catalogue);
  plan_steps::warn_of_policies(plan);
  plan_steps::warn_of_foreign_cards(plan);
  plan_steps::add_cells(plan);
  plan_steps::keep_only(plan, options.only);
  plan_steps::add_controls(plan);
  plan_steps::add_groups(plan, options);
  if (plan.groups.empty())
    plan.warnings.push_back(
        "nothing can be run: no cell of this matrix has an implementation for its target (see what each "
        "scenario waits for)");
  return plan;
}

}  // namespace smx
