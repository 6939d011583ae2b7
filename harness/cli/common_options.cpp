#include "harness/cli/common_options.h"

#include <CLI/CLI.hpp>

namespace smx::cli {

void add_execution_options(CLI::App& command, app::ExecutionArguments& args) {
  command.add_option("--slots", args.slots, "Machines at a time (default: what this host can carry)")
      ->check(CLI::Range(1, 64));
  command
      .add_option("--accel", args.acceleration,
                  "auto (KVM where a boot sector proves that it works), kvm or tcg")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "kvm", "tcg"}));
  command.add_option(
      "--uri", args.uri,
      "qemu:///embed (no daemon, no root; the default), qemu:///session or qemu:///system; a resumed run "
      "stays where it was");
  command
      .add_option("--card-pin", args.card_pin,
                  "The PIN of cards that the matrix names by file: env:VARIABLE or file:PATH")
      ->type_name("REFERENCE");
  command.add_option("--card-puk", args.card_puk, "Their PUK, likewise")->type_name("REFERENCE");
  command
      .add_option("--card-admin-key", args.card_admin_key,
                  "The administrator's key of those that are GIDS cards, 48 hex digits, likewise")
      ->type_name("REFERENCE");
  command.add_flag("--json", args.json, "Write the JSON report to standard output");
  command
      .add_option(
          "--baseline", args.baseline,
          "At the end, compare with \"latest-good\", a run or a tag; what regressed or was lost counts "
          "in the exit code")
      ->type_name("RUN");
  add_judge_options(command, args.judge);
}

void add_judge_options(CLI::App& command, app::JudgeArguments& args) {
  command
      .add_option("--table", args.tables,
                  "Judge against this support table instead of the one of the same id")
      ->type_name("FILE");
  command.add_option("--waivers", args.waivers, "Waivers beside those of the matrix")->type_name("FILE");
  command.add_option("--as-of", args.as_of, "The day on which waivers are judged (default: the run's start)")
      ->type_name("DATE");
  command.add_flag("--fail-on-flaky", args.fail_on_flaky, "A pass after a failed attempt gives exit code 1");
}

void add_filter_options(CLI::App& command, app::FilterArguments& args, std::size_t limit) {
  auto& filter = args.filter;
  filter.limit = limit;
  command.add_option("--matrix", filter.matrix, "Only runs of this matrix, by its name")->type_name("NAME");
  command.add_option("--target", filter.target, "Only cells of these targets; * matches anything")
      ->type_name("GLOB");
  command
      .add_option("--mode", filter.mode, "Only cells of these boot modes: normal, safe-networking, safe-*")
      ->type_name("GLOB");
  command.add_option("--reader", filter.reader, "Only cells of these readers")->type_name("GLOB");
  command.add_option("--scenario", filter.scenario, "Only cells of these scenarios")->type_name("GLOB");
  command
      .add_option("--driver", filter.driver,
                  "Only runs whose guests had such a driver: a part of its name, version or hash")
      ->type_name("TEXT");
  command.add_option("--since", args.since, "Only runs that began on this day or later")->type_name("DATE");
  command.add_option("--until", args.until, "Only runs that began on this day or earlier")->type_name("DATE");
  command.add_option("--limit", filter.limit, "The newest so many runs; 0: all")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
}

}  // namespace smx::cli
