#include "harness/core/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <future>

#include "harness/core/error.h"

namespace smx {
namespace {

using namespace std::chrono_literals;

Command shell(const std::string& script) {
  Command command;
  command.argv = {"sh", "-c", script};
  return command;
}

TEST(RunCommand, gives_output_errors_and_exit_code) {
  const auto r = run_command(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(r.out, "out\n");
  EXPECT_EQ(r.err, "err\n");
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_FALSE(r.ok());
}

TEST(RunCommand, feeds_stdin_and_survives_a_program_that_does_not_read_it) {
  auto cat = shell("cat");
  cat.input = std::string(1 << 20, 'x');
  EXPECT_EQ(run_command(cat).out.size(), cat.input.size());
  auto deaf = shell("exec <&-; echo ok");
  deaf.input = cat.input;
  EXPECT_EQ(run_command(deaf).out, "ok\n");
}

TEST(RunCommand, passes_environment_and_folder) {
  auto c = shell("echo $SMX_X; pwd");
  c.env["SMX_X"] = "value";
  c.cwd = "/usr";
  EXPECT_EQ(run_command(c).out, "value\n/usr\n");
}

TEST(RunCommand, starts_programs_that_heed_the_signals_which_this_thread_blocks) {
  sigset_t signals, before;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &signals, &before), 0);
  const auto r = run_command(shell("grep SigBlk /proc/self/status"));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(r.out, "SigBlk:\t0000000000000000\n");
}

TEST(RunCommand, gives_a_program_no_descriptor_but_its_own_three) {
  constexpr int kForeign = 77;
  ASSERT_EQ(::dup2(STDERR_FILENO, kForeign), kForeign);  // as another thread's pipe is: not closed on exec
  const auto r = run_command(shell("for fd in 0 1 2 77; do [ -e /proc/self/fd/$fd ] && echo $fd; done; :"));
  ::close(kForeign);
  EXPECT_EQ(r.out, "0\n1\n2\n");
}

TEST(RunCommand, keeps_output_up_to_the_limit_and_reads_the_rest) {
  auto c = shell("head -c 300000 /dev/zero; echo end >&2");
  c.output_limit = 1000;
  const auto r = run_command(c);
  EXPECT_EQ(r.out.size(), 1000u);
  EXPECT_EQ(r.err, "end\n");
}

TEST(RunCommand, kills_the_whole_group_at_the_limit) {
  auto c = shell("sleep 600 & echo started; wait");
  c.time_limit = 200ms;
  const auto r = run_command(c);
  EXPECT_TRUE(r.timed_out);
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.out, "started\n");
}

TEST(RunCommand, tells_a_signal_from_an_exit_code) {
  EXPECT_EQ(run_command(shell("kill -9 $$")).exit_code, 128 + 9);
}

TEST(RunCommand, ends_when_cancelled) {
  CancelToken cancel;
  auto done = std::async(std::launch::async, [&] { run_command(shell("sleep 600"), cancel); });
  cancel.cancel();
  EXPECT_THROW(done.get(), Cancelled);
}

TEST(RunCommand, names_a_program_that_is_not_there) {
  Command c;
  c.argv = {"smx-no-such-program"};
  try {
    run_command(c);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    EXPECT_NE(std::string(e.what()).find("smx-no-such-program"), std::string::npos);
  }
}

}  // namespace
}  // namespace smx
