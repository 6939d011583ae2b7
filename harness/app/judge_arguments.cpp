#include "harness/app/judge_arguments.h"

#include "harness/app/inputs.h"
#include "harness/spec/load.h"

namespace smx::app {

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

}  // namespace smx::app
