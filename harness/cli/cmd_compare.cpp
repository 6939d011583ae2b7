#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/run_comparison.h"
#include "harness/app/run_history.h"
#include "harness/cli/session.h"
#include "harness/compare/compare_json.h"
#include "harness/core/error.h"
#include "reports/comparison/comparison_text.h"
#include "reports/json/json_text.h"
#include "reports/terminal/progress.h"

namespace smx::cli {
namespace {

struct CompareArguments {
  std::string run = "latest", baseline = "latest-good";
  bool json = false;
};

int compare_command(const CompareArguments& args) {
  const auto history = app::open_history();
  const auto run = history->find(args.run);
  const auto baseline = app::find_baseline(*history, args.baseline, run);
  if (!baseline)
    throw Error(ErrorKind::usage,
                "no earlier run of the matrix of " + run +
                    " was completed with exit code 0; name a baseline with --baseline, `safemode-matrix "
                    "history` lists the runs");
  const auto comparison = app::compare_runs(*history, *baseline, run);
  if (args.json)
    std::cout << json_text(compare::to_json(comparison));
  else
    std::cout << comparison_text(comparison, style_of(STDOUT_FILENO));
  return comparison.exit_code;
}

}  // namespace

void add_compare(CLI::App& app, Session& session) {
  auto args = std::make_shared<CompareArguments>();
  auto* command = app.add_subcommand("compare",
                                     "Say what regressed since a baseline, and what differs (exit code 1: "
                                     "something regressed; 4: something was lost)");
  command->add_option("RUN", args->run, "\"latest\", an id, the beginning of one, or a tag")
      ->capture_default_str();
  command
      ->add_option(
          "--baseline", args->baseline,
          "\"latest-good\" (the newest earlier run of the same matrix with exit code 0), a run, or a tag")
      ->capture_default_str();
  command->add_flag("--json", args->json, "Write JSON");
  command->callback([args, &session] { session.exit_code = compare_command(*args); });
}

}  // namespace smx::cli
