#include "tests/system/matrix/matrix_fixture.h"

// Ctrl-C and crashes of the controller in the middle of real guests.

namespace smx {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Two groups, two scenarios each: small, and with everything in it.
const std::vector<std::string> kRun = {"run",
                                       "--only",
                                       "*/safe-networking/*/pin-management",
                                       "--only",
                                       "*/safe-networking/*/certutil-scinfo",
                                       "--slots",
                                       "1"};

TEST_F(MatrixTest, ctrl_c_ends_the_guests_and_leaves_a_valid_partial_report_that_can_be_resumed) {
  RunningProgram program(argv(kRun), env());
  ASSERT_TRUE(program.wait_for_line("running pin-management", 60s)) << program.seen();
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 130) << program.seen();
  expect_nothing_left();
  EXPECT_EQ(report().at("end"), "interrupted");
  EXPECT_TRUE(std::filesystem::exists(run_folder() / "report.html"));
  EXPECT_TRUE(std::filesystem::exists(run_folder() / "junit.xml"));
  EXPECT_THAT(program.seen(), HasSubstr("safemode-matrix resume"));

  const auto resumed = run({"resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(report().at("end"), "completed");
  expect_nothing_left();
}

TEST_F(MatrixTest, sigterm_has_its_own_exit_code) {
  RunningProgram program(argv(kRun), env());
  ASSERT_TRUE(program.wait_for_line("booting", 60s)) << program.seen();
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 143);
  expect_nothing_left();
}

TEST_F(MatrixTest, a_killed_controller_is_made_up_for_wherever_it_died) {
  const auto whole = run(kRun);
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  const auto expected = verdicts();
  ASSERT_EQ(expected.size(), 4u);
  for (const auto* point : {"booting", "proving mode and reader", "running certutil-scinfo",
                            "running pin-management", "safe-networking/virtual: booting"}) {
    SCOPED_TRACE(point);
    RunningProgram program(argv(kRun), env());
    ASSERT_TRUE(program.wait_for_line(point, 60s)) << program.seen();
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait(), 137);
    const auto resumed = run({"resume"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(verdicts(), expected);
    expect_nothing_left();
  }
}

TEST_F(MatrixTest, the_next_run_ends_what_a_dead_one_left) {
  RunningProgram program(argv(kRun), env());
  ASSERT_TRUE(program.wait_for_line("running certutil-scinfo", 60s)) << program.seen();
  const auto dead = latest_run();
  program.signal(SIGKILL);
  program.wait();
  ASSERT_THAT(guests_of(dead), Not(IsEmpty()));
  const auto next = run({"run", "--only", "*/normal/*/certutil-scinfo"});
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_THAT(next.err, HasSubstr("ended what a dead controller left"));
  EXPECT_THAT(guests_of(dead), IsEmpty());
  expect_nothing_left();
}

}  // namespace
}  // namespace smx
