#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "harness/journal/journal.h"
#include "tests/unit/run/engine_fixture.h"

// A controller that is killed at every write of its journal: the resumed run's record equals an undisturbed
// one's.

namespace smx::run {
namespace {

/// What counts of a record: for each cell its attempts with outcome and cause, and how the run ended.
std::set<std::string> essence(const RunRecord& record) {
  std::set<std::string> lines{record.end == RunEnd::completed ? "completed" : "not completed"};
  for (const auto& a : record.attempts)
    lines.insert(a.cell.str() + " " + std::to_string(a.number) + " " +
                 std::string(name(a.observation.outcome)) + " " + a.observation.cause);
  return lines;
}

/// The attempts whose boot, with its proof, is not in the record.
std::set<std::string> without_boot(const RunRecord& record) {
  std::set<std::string> lines;
  for (const auto& a : record.attempts)
    if (std::none_of(record.boots.begin(), record.boots.end(), [&](const Boot& b) {
          return b.group == a.group && b.number == a.boot && b.mode.proven && b.reader.proven;
        }))
      lines.insert(a.cell.str() + " of boot " + std::to_string(a.boot));
  return lines;
}

class ResumeTest : public EngineTest {
 protected:
  ResumeTest() {
    // A failure that is tried again, and a machine that dies: resume must count attempts right. What a
    // scenario does depends on its own attempt alone, so that runs can be compared.
    director = [](const vm::MachineSpec& spec) {
      auto script = good(spec);
      script.handlers["b"] = fake::fails("always");
      if (spec.command_line != "normal") script.handlers["c"] = vm::fake::dies();
      return script;
    };
  }

  /// Runs with a journal in `folder`; ends this process at write number `kill_at`. 0: never.
  void run_journalled(const std::filesystem::path& folder, int kill_at) {
    int n = 0;
    journal::Journal::Options options;
    options.at_write = [&](const char*) {
      if (++n == kill_at) ::kill(::getpid(), SIGKILL);
    };
    journal::Journal journal(folder, options);
    run({&journal});
    journal.run_ended(record, {});
  }

  RunRecord resume(const std::filesystem::path& folder) {
    journal::Journal journal(folder);
    journal.abandon_unfinished();
    auto resumed = journal::read_run(folder);
    run_plan(resumed, resources(), {&journal}, cancel, true, judge);
    journal.run_ended(resumed, {});
    return journal::read_run(folder);
  }
};

TEST_F(ResumeTest, makes_up_for_a_death_at_every_write) {
  run_journalled(dir.path() / "whole", 0);
  const auto whole = essence(journal::read_run(dir.path() / "whole"));
  ASSERT_EQ(whole.size(), 10u);
  int deaths = 0;
  for (int kill_at = 1;; ++kill_at) {
    const auto folder = dir.path() / std::to_string(kill_at);
    const auto child = ::fork();
    if (child == 0) {
      record = sample_run();
      run_journalled(folder, kill_at);
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) break;  // it got to its end: every write has been died at
    ++deaths;
    if (kill_at == 1) continue;  // before the first write there is no run yet
    const auto resumed = resume(folder);
    EXPECT_EQ(essence(resumed), whole) << "killed at " << kill_at;
    EXPECT_EQ(without_boot(resumed), std::set<std::string>()) << "killed at " << kill_at;
  }
  EXPECT_GT(deaths, 40);
}

TEST_F(ResumeTest, of_a_completed_run_does_nothing) {
  run_journalled(dir.path() / "whole", 0);
  const auto started = hypervisor.started().size();
  const auto before = essence(journal::read_run(dir.path() / "whole"));
  EXPECT_EQ(essence(resume(dir.path() / "whole")), before);
  EXPECT_EQ(hypervisor.started().size(), started);
}

TEST_F(ResumeTest, goes_on_after_an_interruption) {
  auto scripted = director;
  director = [&](const vm::MachineSpec& spec) {
    auto script = scripted(spec);
    script.handlers["a"] = [this](const vm::GuestCommand&, vm::FakeGuest& g) {
      cancel.cancel();
      return g.block();
    };
    return script;
  };
  const auto folder = dir.path() / "run";
  run_journalled(folder, 0);
  EXPECT_EQ(journal::read_run(folder).end, RunEnd::interrupted);

  director = scripted;
  CancelToken fresh;
  journal::Journal journal(folder);
  journal.abandon_unfinished();
  auto resumed = journal::read_run(folder);
  run_plan(resumed, resources(), {&journal}, fresh, true, judge);
  EXPECT_EQ(essence(resumed).size(), 10u);
}

}  // namespace
}  // namespace smx::run
