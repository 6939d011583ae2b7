#include "harness/compare/unchanged.h"

#include <gmock/gmock.h>

#include "tests/unit/compare/results.h"

namespace smx::compare {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A plan of one scenario in normal mode and safe mode, and what both showed last time.
class UnchangedTest : public testing::Test {
 protected:
  UnchangedTest() {
    plan.matrix.targets = {{"t", TargetKind::reference_linux, "img", "table"}};
    plan.matrix.cards = {{"c", CardApplication::piv, CardSolution::plug_and_play, "rsa2048", ""}};
    plan.matrix.readers = {{"r", ReaderKind::virtual_reader, "c"}};
    plan.catalogue.scenarios.resize(1);
    plan.catalogue.scenarios[0].id = "s";
    plan.cells = {{normal, 1, "s", "", false}, {safe, 1, "s", "", false}};
    mark(Mark::supported);
    remember(normal, Outcome::passed);
    remember(safe, Outcome::passed);
  }
  void mark(Mark mark) {
    plan.tables["table"].id = "table";
    plan.tables["table"].rows = {
        {1, "s", "s", {{BootMode::safe_networking, {mark, MarkSource::stated, "", {}}}}}};
  }
  /// As a run of this plan would leave it.
  void remember(const CellId& cell, Outcome outcome) {
    CellResult r;
    r.id = cell;
    r.outcome = outcome;
    const auto expected =
        cell.mode == BootMode::normal ? Mark::supported : plan.tables["table"].mark("s", cell.mode).mark;
    r.input_key = input_key(inputs_before(plan, environment), cell, expected);
    past.push_back({"run-1", r});
  }
  std::vector<CellId> unchanged() {
    std::vector<CellId> ids;
    for (const auto& cell : unchanged_cells(plan, environment, past)) ids.push_back(cell.cell);
    return ids;
  }

  const CellId normal{"t", BootMode::normal, "r", "s"}, safe{"t", BootMode::safe_networking, "r", "s"};
  Plan plan;
  std::map<std::string, std::string> environment{{"image.t", "i1"}, {"harness", "h1"}, {"image.other", "x"}};
  std::vector<PastResult> past;
};

TEST_F(UnchangedTest, leaves_out_what_passed_and_has_not_changed) {
  EXPECT_THAT(unchanged(), ElementsAre(normal, safe));
}

TEST_F(UnchangedTest, another_image_is_a_change) {
  environment["image.t"] = "i2";
  EXPECT_THAT(unchanged(), IsEmpty());
}

TEST_F(UnchangedTest, another_targets_image_is_none) {
  environment["image.other"] = "y";
  EXPECT_THAT(unchanged(), ElementsAre(normal, safe));
}

TEST_F(UnchangedTest, another_harness_card_policy_scenario_or_mark_is_a_change) {
  const auto before = plan;
  environment["harness"] = "h2";
  EXPECT_THAT(unchanged(), IsEmpty());
  environment["harness"] = "h1";
  plan.matrix.cards[0].key = "p256";
  EXPECT_THAT(unchanged(), IsEmpty());
  plan = before;
  plan.matrix.targets[0].smart_card_plug_and_play = false;
  EXPECT_THAT(unchanged(), IsEmpty());
  plan = before;
  plan.catalogue.scenarios[0].checks = {"one more"};
  EXPECT_THAT(unchanged(), IsEmpty());
  plan = before;
  mark(Mark::not_supported);
  EXPECT_THAT(unchanged(), ElementsAre(normal));  // of the control the table says nothing
}

TEST_F(UnchangedTest, what_was_not_as_it_should_be_is_run_again) {
  for (const auto outcome :
       {Outcome::failed, Outcome::timed_out, Outcome::guest_crashed, Outcome::blocked, Outcome::invalid}) {
    past[1].result.outcome = outcome;
    EXPECT_THAT(unchanged(), ElementsAre(normal)) << name(outcome);
  }
  past[1].result.outcome = std::nullopt;
  EXPECT_THAT(unchanged(), ElementsAre(normal));
}

TEST_F(UnchangedTest, a_failure_as_documented_is_left_out_but_never_a_controls) {
  mark(Mark::not_supported);
  past.clear();
  remember(normal, Outcome::failed);
  remember(safe, Outcome::failed);
  past[1].result.cause = "not-in-safeboot";
  EXPECT_EQ(unchanged_cells(plan, environment, past).at(0).cause, "not-in-safeboot");
  EXPECT_THAT(unchanged(), ElementsAre(safe));
  past[1].result.outcome = Outcome::guest_crashed;
  EXPECT_THAT(unchanged(), IsEmpty());
}

TEST_F(UnchangedTest, what_has_a_real_reader_is_run_again) {
  for (const auto kind : {ReaderKind::pcsc_relay, ReaderKind::usb_passthrough}) {
    plan.matrix.readers[0].kind = kind;
    past.clear();
    remember(normal, Outcome::passed);
    EXPECT_THAT(unchanged(), IsEmpty());
  }
}

TEST_F(UnchangedTest, a_flaky_cell_is_run_again) {
  past[0].result.flaky = true;
  EXPECT_THAT(unchanged(), ElementsAre(safe));
}

TEST_F(UnchangedTest, a_cell_without_a_past_or_an_implementation_is_not_left_out) {
  past.erase(past.begin());
  EXPECT_THAT(unchanged(), ElementsAre(safe));
  plan.cells[1].not_covered = "a domain controller";
  EXPECT_THAT(unchanged(), IsEmpty());
}

TEST_F(UnchangedTest, names_the_run_in_which_it_was_really_run) {
  past[0].result.from_run = "run-0";
  const auto cells = unchanged_cells(plan, environment, past);
  EXPECT_EQ(cells.at(0).run, "run-0");
  EXPECT_EQ(cells.at(1).run, "run-1");
}

}  // namespace
}  // namespace smx::compare
