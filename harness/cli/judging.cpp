#include "harness/cli/judging.h"

#include <CLI/CLI.hpp>

#include "harness/cli/inputs.h"
#include "harness/spec/load.h"

namespace smx::cli {

void add_judge_options(CLI::App& command, JudgeArguments& args) {
  command
      .add_option("--table", args.tables,
                  "Judge against this support table instead of the one of the same id")
      ->type_name("FILE");
  command.add_option("--waivers", args.waivers, "Waivers beside those of the matrix")->type_name("FILE");
  command.add_option("--as-of", args.as_of, "The day on which waivers are judged (default: the run's start)")
      ->type_name("DATE");
  command.add_flag("--fail-on-flaky", args.fail_on_flaky, "A pass after a failed attempt gives exit code 1");
}

verdict::JudgeOptions judge_options(const JudgeArguments& args, RunRecord& record) {
  verdict::JudgeOptions options;
  options.fail_on_flaky = args.fail_on_flaky;
  if (!args.as_of.empty()) options.as_of = parse_as_of(args.as_of);
  for (const auto& path : args.tables) {
    auto table = spec::load_support_table(path);
    record.plan.tables[table.id] = std::move(table);
  }
  auto& waivers = record.plan.matrix.waivers;
  for (const auto& path : args.waivers) {
    const auto more = spec::load_waivers(path);
    waivers.insert(waivers.end(), more.begin(), more.end());
  }
  return options;
}

}  // namespace smx::cli
