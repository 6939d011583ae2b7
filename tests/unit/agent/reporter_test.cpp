#include "scenarios/agent/core/reporter.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace smx::agent {
namespace {

TEST(Reporter, gives_every_announced_check_once_and_in_order) {
  Reporter reporter({"a", "b", "c"});
  reporter.passed("b", "good");
  reporter.failed("a", "wrong-status", "bad");
  reporter.finish();
  ASSERT_EQ(reporter.reports().size(), 3u);
  EXPECT_EQ(reporter.reports()[0].id, "a");
  EXPECT_EQ(reporter.reports()[0].outcome, CheckOutcome::failed);
  EXPECT_EQ(reporter.reports()[1].outcome, CheckOutcome::passed);
  EXPECT_EQ(reporter.reports()[2].outcome, CheckOutcome::blocked);
  EXPECT_EQ(reporter.reports()[2].cause, "earlier-check");
}

TEST(Reporter, refuses_a_check_that_was_not_announced_or_comes_twice) {
  Reporter reporter({"a"});
  EXPECT_THROW(reporter.passed("b", ""), std::logic_error);
  reporter.passed("a", "");
  EXPECT_THROW(reporter.failed("a", "x", ""), std::logic_error);
  EXPECT_EQ(reporter.reports()[0].outcome, CheckOutcome::passed);
}

TEST(Reporter, books_a_step_that_could_not_be_done_on_the_first_open_check) {
  Reporter reporter({"a", "b", "c"});
  reporter.passed("a", "");
  reporter.step_failed({CheckOutcome::failed, "no-card", "gone"});
  reporter.finish();
  EXPECT_EQ(reporter.reports()[0].outcome, CheckOutcome::passed);
  EXPECT_EQ(reporter.reports()[1].cause, "no-card");
  EXPECT_EQ(reporter.reports()[2].cause, "earlier-check");
}

TEST(Reporter, books_a_refused_service_on_every_open_check) {
  Reporter reporter({"a", "b"});
  reporter.step_failed({CheckOutcome::failed, "not-in-safeboot", "84", true});
  reporter.finish();
  for (const auto& report : reporter.reports()) EXPECT_EQ(report.cause, "not-in-safeboot");
}

TEST(Reporter, leaves_out_what_a_later_phase_reports) {
  Reporter reporter({"a", "b", "c"});
  reporter.leave_for_later("b");
  reporter.passed("c", "");
  reporter.finish();
  ASSERT_EQ(reporter.reports().size(), 2u);
  EXPECT_EQ(reporter.reports()[0].cause, "earlier-check");
  EXPECT_EQ(reporter.reports()[1].outcome, CheckOutcome::passed);
}

TEST(Reporter, leaves_out_neither_what_it_does_not_know_nor_what_was_reported) {
  Reporter reporter({"a"});
  EXPECT_THROW(reporter.leave_for_later("b"), std::logic_error);
  reporter.blocked("a", "x", "");
  EXPECT_THROW(reporter.leave_for_later("a"), std::logic_error);
  EXPECT_EQ(reporter.reports().size(), 1u);
}

TEST(Reporter, is_good_so_far_until_something_fails_or_is_blocked) {
  Reporter reporter({"a", "b", "c"});
  reporter.passed("a", "");
  reporter.not_applicable("b", "no-card-drivers", "");
  EXPECT_TRUE(reporter.good_so_far());
  reporter.blocked("c", "x", "");
  EXPECT_FALSE(reporter.good_so_far());
}

}  // namespace
}  // namespace smx::agent
