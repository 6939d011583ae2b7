#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "harness/core/process.h"
#include "harness/history/history.h"
#include "harness/journal/evidence_store.h"
#include "harness/journal/journal.h"
#include "harness/verdict/judge.h"
#include "tests/unit/reports/sample_run.h"

// A history of 1,000 runs of 1,008 cells, and what its lists and comparisons take: whole commands, the
// program's start included.

namespace smx {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kRuns = 1000;
constexpr int kTargets = 21;  // × 3 modes × 16 scenarios

std::string run_id(int n) {
  return fmt::format("2026{:02}{:02}-{:02}0000-{:04x}", 1 + n / 112, 1 + n % 112 / 4, n % 4, n);
}

TimePoint start_of(int n) {
  return TimePoint(std::chrono::hours(490000) + std::chrono::hours(6 * n));
}

RunRecord record_of(const RunRecord& pattern, int n) {
  auto record = pattern;
  record.info.id = run_id(n);
  record.info.started = start_of(n);
  record.ended = record.info.started + Milliseconds(3600000);
  return record;
}

/// A journal as a run leaves it, with evidence for each attempt.
void write_run(const RunRecord& record, const fs::path& folder) {
  journal::Journal journal(folder);
  journal::EvidenceStore store(folder / "evidence");
  auto begun = record;
  begun.attempts.clear();
  begun.boots.clear();
  journal.run_started(begun, false);
  for (const auto& boot : record.boots) {
    const auto& group = record.plan.groups.front();
    journal.boot_started({boot.group, group.target, group.state, group.mode, group.reader, {}}, boot.number);
    journal.boot_ended({boot.group, group.target, group.state, group.mode, group.reader, {}}, boot);
  }
  for (auto attempt : record.attempts) {
    attempt.observation.evidence = {store.put(
        "apdu-trace.txt",
        fmt::format("+0.1 SELECT -> 9000\n+0.2 VERIFY PIN -> {}\n", name(attempt.observation.outcome)))};
    journal.attempt_started({}, attempt);
    journal.attempt_ended({}, attempt);
  }
  journal.run_ended(record, {});
}

void fail(RunRecord& record, std::size_t every) {
  for (std::size_t i = 0; i < record.attempts.size(); i += every) {
    auto& observation = record.attempts[i].observation;
    observation.outcome = Outcome::failed;
    observation.cause = "no-card";
    observation.message = "the reader has no card";
  }
}

std::vector<compare::Input> drivers(int n) {
  std::vector<compare::Input> inputs;
  for (int i = 0; i < 100; ++i)
    inputs.push_back(
        {compare::InputKind::driver, fmt::format("target reference-linux-{}", 2 + i % (kTargets - 1)),
         fmt::format("drivers\\driver-{}.sys", i), fmt::format("10.0.{}, sha256 {:064x}", n / 50, i)});
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

/// The two newest runs are there with journal and evidence; of the others there are a folder and what the
/// history keeps.
void fill(const fs::path& state) {
  const testing::RoutineRun routine(kTargets);
  testing::MemoryEvidence none;
  auto good = record_of(routine.record, kRuns - 2), bad = record_of(routine.record, kRuns - 1);
  fail(bad, 7);
  for (const auto* record : {&good, &bad}) write_run(*record, state / "runs" / record->info.id);
  history::History history(state / "history.db");
  double spent = 0;
  for (int n = 0; n < kRuns; ++n) {
    auto record = n == kRuns - 1 ? bad : record_of(routine.record, n);
    if (n % 10 == 0 && n < kRuns - 2) fail(record, 40);
    auto summary = compare::summarize(record, verdict::judge(record, {}), none);
    for (std::size_t i = 0; n % 3 == 0 && i < summary.cells.size(); i += 50) summary.cells[i].flaky = true;
    auto inputs = drivers(n);
    summary.inputs.insert(summary.inputs.begin(), inputs.begin(), inputs.end());
    if (n < kRuns - 2) {
      fs::create_directories(state / "runs" / record.info.id);
      write_file_atomically(state / "runs" / record.info.id / "journal.db", "");
    }
    const auto start = Clock::now();
    history.add(summary, n >= kRuns - 2 ? state / "runs" / record.info.id : fs::path());
    spent += std::chrono::duration<double>(Clock::now() - start).count();
  }
  std::cout << fmt::format("taking in a run of {} cells: {:.1f} ms; the file: {} MiB\n",
                           routine.record.plan.cells.size(), spent * 1000 / kRuns,
                           fs::file_size(state / "history.db") >> 20);
}

void measure(const std::string& program, const fs::path& base, const std::vector<std::string>& arguments) {
  Command command;
  command.argv = {program};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.env = {{"XDG_STATE_HOME", base.string()}};
  std::vector<double> times;
  for (int i = 0; i < 7; ++i) {
    const auto start = Clock::now();
    const auto result = run_command(command);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    if (result.exit_code > 1) {
      std::cerr << fmt::format("{}: exit code {}: {}", fmt::join(arguments, " "), result.exit_code,
                               result.err);
      std::exit(1);
    }
  }
  std::sort(times.begin(), times.end());
  std::cout << fmt::format("{:6.0f} ms (worst {:.0f})  {}\n", times[times.size() / 2], times.back(),
                           fmt::join(arguments, " "));
}

int run(const std::string& program) {
  const TempDir base(fs::temp_directory_path(), "history-bench");
  fill(base.path() / "safemode-matrix");
  const auto first = run_id(0);
  const std::string cell = "reference-linux/safe-networking/virtual/pin-management";
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"history"},
           {"history", "--limit", "0"},
           {"history", "--limit", "0", "--scenario", "pin-management", "--mode", "safe-*"},
           {"history", "--limit", "0", "--target", "*"},
           {"history", "--limit", "0", "--driver", "driver-7.sys 10.0.3"},
           {"flaky"},
           {"show", "latest"},
           {"show", "latest", cell},
           {"report", "--list"},
           {"show", cell, "--limit", "0"},
           {"compare"},
           {"compare", "--baseline", first},
           {"compare", "--baseline", first, "--json"}})
    measure(program, base.path(), arguments);
  return 0;
}

}  // namespace
}  // namespace smx

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: history_bench PROGRAM\n";
    return 2;
  }
  return smx::run(argv[1]);
}
