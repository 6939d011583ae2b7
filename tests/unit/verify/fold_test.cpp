#include <gtest/gtest.h>

#include "scenarios/verify/verify.h"

namespace smx::verify {
namespace {

Check check(const std::string& id, Outcome outcome, const std::string& cause = "") {
  return {id, outcome, cause, "message of " + id, "agent"};
}
const std::vector<std::string> kExpected{"a", "b", "point"};

Observation with(Outcome a, Outcome b, Outcome point) {
  return fold({check("a", a, "cause-a"), check("b", b, "cause-b"), check("point", point, "cause-point")},
              kExpected);
}

constexpr auto kPassed = Outcome::passed, kFailed = Outcome::failed, kNot = Outcome::not_applicable,
               kBlocked = Outcome::blocked;

TEST(Fold, passes_when_every_check_passed) {
  EXPECT_EQ(with(kPassed, kPassed, kPassed).outcome, kPassed);
  EXPECT_EQ(with(kPassed, kPassed, kPassed).cause, "");
}

TEST(Fold, takes_the_cause_of_the_first_failed_check) {
  const auto observation = with(kBlocked, kFailed, kFailed);
  EXPECT_EQ(observation.outcome, kFailed);
  EXPECT_EQ(observation.cause, "cause-b");
}

TEST(Fold, is_blocked_when_something_is_and_nothing_failed) {
  EXPECT_EQ(with(kPassed, kBlocked, kNot).outcome, kBlocked);
  EXPECT_EQ(with(kPassed, kBlocked, kNot).cause, "cause-b");
}

TEST(Fold, is_not_applicable_when_the_scenarios_point_is) {
  EXPECT_EQ(with(kPassed, kPassed, kNot).outcome, kNot);
  EXPECT_EQ(with(kPassed, kPassed, kNot).cause, "cause-point");
}

TEST(Fold, bears_a_side_check_that_is_not_applicable) {
  EXPECT_EQ(with(kPassed, kNot, kPassed).outcome, kPassed);
}

TEST(Fold, blocks_what_is_incomplete) {
  const auto observation = fold({check("a", kPassed), check("point", kPassed)}, kExpected);
  EXPECT_EQ(observation.outcome, kBlocked);
  EXPECT_EQ(observation.cause, "incomplete-result");
  EXPECT_EQ(fold({}, {}).outcome, kBlocked);
}

TEST(Fold, blocks_duplicates_and_strangers_even_beside_a_failure) {
  const std::vector<Check> full{check("a", kFailed), check("b", kPassed), check("point", kPassed)};
  auto twice = full;
  twice.push_back(check("a", kPassed));
  EXPECT_EQ(fold(twice, kExpected).cause, "malformed-result");
  auto stranger = full;
  stranger.push_back(check("c", kPassed));
  EXPECT_EQ(fold(stranger, kExpected).cause, "malformed-result");
}

TEST(Fold, keeps_every_check_as_it_was_reported) {
  EXPECT_EQ(fold({check("a", kFailed, "x")}, {"a"}).checks.size(), 1u);
}

}  // namespace
}  // namespace smx::verify
