#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/inputs.h"
#include "harness/cli/session.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"

namespace smx::cli {
namespace {

struct PlanCommandArguments {
  app::PlanArguments plan;
  bool json = false;
};

void print_plan(const Plan& plan) {
  std::size_t covered = 0;
  for (const auto& cell : plan.cells) covered += cell.not_covered.empty() ? 1u : 0u;
  fmt::print("matrix {}: {}, {} covered, in {}; about {} s\n\n", plan.matrix.name,
             plural(plan.cells.size(), "cell"), covered, plural(plan.groups.size(), "boot"),
             (plan.estimate.count() + 999) / 1000);
  for (const auto& group : plan.groups) {
    fmt::print("boot {}\n", group.id);
    for (const auto i : group.cells) {
      const auto& cell = plan.cells[i];
      fmt::print("  {:>2}  {}{}\n", row_label(cell.row), cell.id.scenario,
                 cell.added_control ? "  (added as a control)" : "");
    }
  }
  std::map<std::string, std::string> waiting;
  for (const auto& cell : plan.cells)
    if (!cell.not_covered.empty())
      waiting[fmt::format("{:>2}  {} on {}", row_label(cell.row), cell.id.scenario, cell.id.target)] =
          cell.not_covered;
  if (!waiting.empty()) fmt::print("\nnot covered\n");
  for (const auto& [what, why] : waiting) fmt::print("  {}: waits for {}\n", what, why);
  for (const auto& warning : plan.warnings) fmt::print("\nwarning: {}\n", warning);
}

}  // namespace

void add_plan(CLI::App& app, Session&) {
  auto args = std::make_shared<PlanCommandArguments>();
  auto* command =
      app.add_subcommand("plan", "Show what a run of a matrix would do: boots, cells, what is not covered");
  command->add_option("MATRIX", args->plan.matrix, "A matrix file, or the name of an installed one")
      ->capture_default_str();
  command->add_option("--only", args->plan.only, "Only cells whose id matches; * matches anything")
      ->type_name("GLOB");
  command->add_option("--table", args->plan.tables, "A support table to know beside the installed ones")
      ->type_name("FILE");
  command->add_option("--slots", args->plan.slots, "Machines at a time (default: what this host can carry)")
      ->check(CLI::Range(1, 64));
  command->add_flag("--json", args->json, "Write the whole plan as JSON");
  command->callback([args] {
    const auto plan = app::plan_matrix(args->plan);
    if (args->json)
      std::cout << to_json(plan).dump(2) << "\n";
    else
      print_plan(plan);
  });
}

}  // namespace smx::cli
