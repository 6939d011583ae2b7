#include "tests/unit/history/history_fixture.h"

namespace smx::history {
namespace {

class TurningPointsTest : public HistoryTest {
 protected:
  compare::CellChange between(const compare::RunSummary& baseline, const compare::RunSummary& now) {
    auto comparison = compare::compare(baseline, now);
    history.find_turning_points(baseline, now, comparison);
    return comparison.cells.at(0);
  }
};

TEST_F(TurningPointsTest, tells_the_last_good_and_the_first_bad_run) {
  const auto baseline = add("r1", 1, {passed("s")});
  add("r2", 2, {passed("s")});
  add("r3", 3, {failed("s")});
  const auto now = add("r4", 4, {failed("s")});
  const auto change = between(baseline, now);
  EXPECT_EQ(change.last_good, "r2");
  EXPECT_EQ(change.first_bad, "r3");
}

TEST_F(TurningPointsTest, passes_over_runs_that_say_nothing_of_the_cell) {
  const auto baseline = add("r1", 1, {passed("s")});
  add("r2", 2, {compare::result("s", Outcome::blocked)});
  add("r3", 3, {passed("another")});
  auto carried = passed("s");
  carried.from_run = "r1";
  add("r4", 4, {carried});
  const auto now = add("r5", 5, {failed("s")});
  const auto change = between(baseline, now);
  EXPECT_EQ(change.last_good, "r1");
  EXPECT_EQ(change.first_bad, "r5");
}

TEST_F(TurningPointsTest, looks_at_the_newest_turn_only) {
  const auto baseline = add("r1", 1, {passed("s")});
  add("r2", 2, {failed("s")});
  add("r3", 3, {passed("s")});
  const auto now = add("r4", 4, {failed("s")});
  EXPECT_EQ(between(baseline, now).last_good, "r3");
  EXPECT_EQ(between(baseline, now).first_bad, "r4");
}

TEST_F(TurningPointsTest, tells_since_when_a_result_is_lost) {
  const auto baseline = add("r1", 1, {passed("s")});
  add("r2", 2, {compare::result("s", Outcome::blocked)});
  const auto now = add("r3", 3, {compare::result("s", Outcome::invalid)});
  EXPECT_EQ(between(baseline, now).last_good, "r1");
  EXPECT_EQ(between(baseline, now).first_bad, "r2");
}

TEST_F(TurningPointsTest, a_run_in_which_it_failed_is_no_good_one) {
  const auto baseline = add("r1", 1, {passed("s")});
  add("r2", 2, {failed("s")});
  const auto now = add("r3", 3, {compare::result("s", Outcome::blocked)});
  EXPECT_EQ(between(baseline, now).last_good, "r1");
  EXPECT_EQ(between(baseline, now).first_bad, "r3");
}

TEST_F(TurningPointsTest, does_not_ask_other_matrices) {
  const auto baseline = add("r1", 1, {passed("s")});
  auto other = make("r2", 2, {failed("s")});
  other.matrix = "other";
  history.add(other, "");
  const auto now = add("r3", 3, {failed("s")});
  EXPECT_EQ(between(baseline, now).first_bad, "r3");
}

}  // namespace
}  // namespace smx::history
