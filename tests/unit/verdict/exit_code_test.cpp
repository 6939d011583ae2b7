#include <gtest/gtest.h>

#include "harness/verdict/judge.h"
#include "tests/unit/verdict/record_builder.h"

namespace smx::verdict {
namespace {

using enum Outcome;

int exit_code(RecordBuilder& b, bool fail_on_flaky = false) {
  JudgeOptions options;
  options.fail_on_flaky = fail_on_flaky;
  return judge(b.record(), options).exit_code;
}

/// A run in which all is well; each test adds trouble to it.
RecordBuilder good_run() {
  RecordBuilder b;
  b.mark("a", Mark::supported)
      .mark("guess", Mark::supported, MarkSource::inferred)
      .mark("free", Mark::unknown);
  b.normal("a", {passed}).safe("a", {passed}).normal("guess", {passed});
  return b;
}

TEST(ExitCode, is_0_when_nothing_broke) {
  auto b = good_run();
  EXPECT_EQ(exit_code(b), 0);
}

TEST(ExitCode, is_0_for_an_unsupported_row_that_works_and_for_observations) {
  auto b = good_run();
  b.mark("c", Mark::not_supported).safe("c", {passed}).safe("free", {failed}).not_covered("x");
  EXPECT_EQ(exit_code(b), 0);
}

TEST(ExitCode, is_1_for_a_deviation) {
  auto b = good_run();
  b.mark("c", Mark::supported).normal("c", {passed}).safe("c", {failed});
  EXPECT_EQ(exit_code(b), 1);
}

TEST(ExitCode, is_1_for_a_broken_control) {
  auto b = good_run();
  b.normal("c", {failed});
  EXPECT_EQ(exit_code(b), 1);
}

TEST(ExitCode, is_1_for_flaky_only_when_asked) {
  auto b = good_run();
  b.mark("c", Mark::supported).safe("c", {failed, passed});
  EXPECT_EQ(exit_code(b), 0);
  EXPECT_EQ(exit_code(b, true), 1);
}

TEST(ExitCode, is_4_for_inconclusive_and_for_unconfirmed_deviations) {
  auto inconclusive = good_run();
  inconclusive.normal("c", {blocked});
  EXPECT_EQ(exit_code(inconclusive), 4);
  auto unconfirmed = good_run();
  unconfirmed.safe("guess", {failed});
  EXPECT_EQ(exit_code(unconfirmed), 4);
  auto not_run = good_run();
  not_run.safe("free", {});
  EXPECT_EQ(exit_code(not_run), 4);
}

TEST(ExitCode, is_5_when_no_cell_passed_or_failed) {
  RecordBuilder b;
  b.normal("a", {blocked}).normal("b", {not_applicable});
  EXPECT_EQ(exit_code(b), 5);
  RecordBuilder nothing;
  nothing.not_covered("a");
  EXPECT_EQ(exit_code(nothing), 5);
}

TEST(ExitCode, of_a_deviation_comes_before_no_results) {
  RecordBuilder b;
  b.normal("a", {guest_crashed});
  EXPECT_EQ(exit_code(b), 1);
}

TEST(ExitCode, of_a_deviation_comes_before_inconclusive) {
  auto b = good_run();
  b.normal("c", {blocked}).normal("d", {failed});
  EXPECT_EQ(exit_code(b), 1);
}

TEST(ExitCode, of_an_interruption_comes_before_everything) {
  auto b = good_run();
  b.normal("d", {failed});
  b.record().end = RunEnd::interrupted;
  EXPECT_EQ(exit_code(b), 130);
}

TEST(Headline, names_the_worst_cell_in_one_line) {
  auto b = good_run();
  b.normal("c", {blocked}).mark("d", Mark::supported).normal("d", {passed}).safe("d", {failed});
  b.record().attempts.back().observation.message = "first line\nsecond line";
  const auto line = judge(b.record(), {}).headline;
  EXPECT_EQ(line,
            "t/safe-networking/r/d deviates: failed (why), table says supported: first line (and 1 more)");
}

TEST(Headline, says_that_nothing_broke) {
  auto b = good_run();
  EXPECT_EQ(judge(b.record(), {}).headline, "nothing broke: 1 Safe Mode cell as documented, 2 controls ok");
}

TEST(Headline, says_that_nothing_was_run) {
  RecordBuilder b;
  b.not_covered("a");
  EXPECT_EQ(judge(b.record(), {}).headline, "nothing was run: no scenario of this matrix is covered yet");
}

}  // namespace
}  // namespace smx::verdict
