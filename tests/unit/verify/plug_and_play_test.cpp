#include <gmock/gmock.h>

#include "scenarios/verify/verify.h"

namespace smx::verify {
namespace {

using testing::HasSubstr;

class PlugAndPlayChecks : public testing::Test {
 protected:
  /// What becomes of the check `id` that ended so.
  static Check excused(const PlugAndPlay& plug_and_play, Outcome outcome,
                       const std::string& id = "card-driver") {
    std::vector<Check> checks{
        {id, outcome, outcome == Outcome::passed ? "" : "pnp-error", "code 28", "agent"}};
    excuse_plug_and_play(checks, {"card-driver"}, plug_and_play);
    return checks.at(0);
  }
};

TEST_F(PlugAndPlayChecks, are_judged_for_cards_that_need_a_driver) {
  EXPECT_EQ(excused({CardSolution::plug_and_play, true}, Outcome::failed).outcome, Outcome::failed);
}

TEST_F(PlugAndPlayChecks, are_not_judged_for_the_five_kinds_that_are_not_compatible) {
  for (const auto solution : {CardSolution::custom_csp, CardSolution::custom_ksp, CardSolution::pkcs11,
                              CardSolution::incomplete_inf, CardSolution::multislot_reader}) {
    const auto check = excused({solution, true}, Outcome::failed);
    EXPECT_EQ(check.outcome, Outcome::not_applicable);
    EXPECT_EQ(check.cause, "not-plug-and-play");
    EXPECT_THAT(check.message, testing::AllOf(HasSubstr(std::string(name(solution))), HasSubstr("pnp-error"),
                                              HasSubstr("code 28")))
        << "the error is kept";
  }
}

TEST_F(PlugAndPlayChecks, are_not_judged_where_the_policy_turns_it_off) {
  EXPECT_EQ(excused({CardSolution::plug_and_play, false}, Outcome::failed).cause, "plug-and-play-off");
}

TEST_F(PlugAndPlayChecks, keep_every_other_outcome_and_every_other_check) {
  const PlugAndPlay custom{CardSolution::custom_csp, true};
  EXPECT_EQ(excused(custom, Outcome::passed).outcome, Outcome::passed);
  EXPECT_EQ(excused(custom, Outcome::blocked).outcome, Outcome::blocked);
  EXPECT_EQ(excused(custom, Outcome::failed, "reader-present").outcome, Outcome::failed)
      << "the reader's device is always judged";
}

}  // namespace
}  // namespace smx::verify
