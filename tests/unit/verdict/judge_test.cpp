#include "harness/verdict/judge.h"

#include <gtest/gtest.h>

#include "tests/unit/verdict/record_builder.h"

namespace smx::verdict {
namespace {

using enum Outcome;

CellVerdict verdict_of_last(const RunRecord& record, const JudgeOptions& options = {}) {
  return judge(record, options).cells.back();
}

struct Field {
  Mark mark;
  Outcome outcome;
  Verdict expected;
};

/// The verdict table, field by field, with a control that passed at the first attempt.
class VerdictTable : public testing::TestWithParam<Field> {};

TEST_P(VerdictTable, gives_the_verdict_of_its_field) {
  const auto& f = GetParam();
  RecordBuilder b;
  b.mark("s", f.mark).normal("s", {passed}).safe("s", {f.outcome});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, f.expected) << name(f.mark) << " " << name(f.outcome);
}

INSTANTIATE_TEST_SUITE_P(Supported, VerdictTable,
                         testing::Values(Field{Mark::supported, passed, Verdict::conforms},
                                         Field{Mark::supported, failed, Verdict::deviates},
                                         Field{Mark::supported, timed_out, Verdict::deviates},
                                         Field{Mark::supported, guest_crashed, Verdict::deviates},
                                         Field{Mark::supported, blocked, Verdict::inconclusive},
                                         Field{Mark::supported, invalid, Verdict::inconclusive},
                                         Field{Mark::supported, not_applicable, Verdict::not_applicable}));
INSTANTIATE_TEST_SUITE_P(NotSupported, VerdictTable,
                         testing::Values(Field{Mark::not_supported, passed, Verdict::works_unsupported},
                                         Field{Mark::not_supported, failed, Verdict::conforms},
                                         Field{Mark::not_supported, timed_out, Verdict::conforms},
                                         Field{Mark::not_supported, guest_crashed, Verdict::deviates},
                                         Field{Mark::not_supported, blocked, Verdict::inconclusive},
                                         Field{Mark::not_supported, invalid, Verdict::inconclusive},
                                         Field{Mark::not_supported, not_applicable,
                                               Verdict::not_applicable}));
INSTANTIATE_TEST_SUITE_P(Undocumented, VerdictTable,
                         testing::Values(Field{Mark::unknown, passed, Verdict::observed},
                                         Field{Mark::unknown, failed, Verdict::observed},
                                         Field{Mark::unknown, timed_out, Verdict::observed},
                                         Field{Mark::unknown, guest_crashed, Verdict::deviates},
                                         Field{Mark::unknown, blocked, Verdict::inconclusive},
                                         Field{Mark::unknown, invalid, Verdict::inconclusive},
                                         Field{Mark::unknown, not_applicable, Verdict::not_applicable}));

struct ControlField {
  Outcome outcome;
  Verdict expected;
};
class ControlRow : public testing::TestWithParam<ControlField> {};

TEST_P(ControlRow, judges_normal_mode_as_the_control) {
  RecordBuilder b;
  b.mark("s", Mark::not_supported).normal("s", {GetParam().outcome});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Control, ControlRow,
                         testing::Values(ControlField{passed, Verdict::control_ok},
                                         ControlField{failed, Verdict::control_broken},
                                         ControlField{timed_out, Verdict::control_broken},
                                         ControlField{guest_crashed, Verdict::control_broken},
                                         ControlField{blocked, Verdict::inconclusive},
                                         ControlField{invalid, Verdict::inconclusive},
                                         ControlField{not_applicable, Verdict::not_applicable}));

struct NotOk {
  std::vector<Outcome> control;
  ControlStatus status;
};
class ControlStatusOf : public testing::TestWithParam<NotOk> {};

TEST_P(ControlStatusOf, leaves_a_failure_inconclusive) {
  RecordBuilder b;
  b.mark("s", Mark::supported);
  if (!GetParam().control.empty()) b.normal("s", GetParam().control);
  b.safe("s", {failed});
  const auto v = verdict_of_last(b.record());
  EXPECT_EQ(v.verdict, Verdict::inconclusive);
  EXPECT_EQ(v.control, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Control, ControlStatusOf,
    testing::Values(NotOk{{}, ControlStatus::not_run}, NotOk{{failed}, ControlStatus::broken},
                    NotOk{{timed_out}, ControlStatus::broken}, NotOk{{guest_crashed}, ControlStatus::broken},
                    NotOk{{blocked}, ControlStatus::blocked}, NotOk{{invalid}, ControlStatus::invalid},
                    NotOk{{failed, passed}, ControlStatus::flaky},
                    NotOk{{blocked, passed}, ControlStatus::flaky}));

TEST(Judge, does_not_ask_for_a_control_when_the_cell_passed) {
  RecordBuilder b;
  b.mark("s", Mark::supported).normal("s", {failed}).safe("s", {passed});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::conforms);
}

TEST(Judge, does_not_ask_for_a_control_when_the_table_says_not_supported) {
  RecordBuilder b;
  b.mark("s", Mark::not_supported).safe("s", {failed});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::conforms);
}

TEST(Judge, holds_a_deviation_from_an_unconfirmed_mark_apart) {
  RecordBuilder b;
  b.mark("s", Mark::supported, MarkSource::inferred).normal("s", {passed}).safe("s", {failed});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::deviates_unconfirmed);
  EXPECT_EQ(judge(b.record(), {}).unconfirmed_marks, 1);
  b.confirm("s", Mark::supported);
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::deviates);
  EXPECT_EQ(judge(b.record(), {}).unconfirmed_marks, 0);
}

TEST(Judge, takes_a_confirmation_before_the_tables_own_mark) {
  RecordBuilder b;
  b.mark("s", Mark::supported, MarkSource::inferred).normal("s", {passed}).safe("s", {failed});
  b.confirm("s", Mark::not_supported);
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::conforms);
}

TEST(Judge, calls_a_target_without_a_table_undocumented) {
  RecordBuilder b;
  b.record().plan.matrix.targets[0].support_table = "";
  b.safe("s", {failed});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::observed);
}

TEST(Judge, uses_the_tables_mode_default_for_rows_it_lists_only) {
  RecordBuilder b;
  b.mark("s", Mark::supported);
  b.record().plan.tables["table"].defaults[BootMode::safe_minimal] = {
      Mark::not_supported, MarkSource::stated, "", {}};
  b.cell("s", BootMode::safe_minimal, {failed}).cell("other", BootMode::safe_minimal, {failed});
  const auto j = judge(b.record(), {});
  EXPECT_EQ(j.cells[0].verdict, Verdict::conforms);
  EXPECT_EQ(j.cells[1].verdict, Verdict::observed);
}

/// A check of one's own: a cell without a row.
void make_own_check(RunRecord& record) {
  for (auto& cell : record.plan.cells) cell.row = kOwnCheck;
  for (auto& row : record.plan.tables["table"].rows) row.row = 0;
}

TEST(Judge, observes_an_own_check_that_no_table_marks_and_counts_no_mark_for_it) {
  RecordBuilder b;
  b.mark("other", Mark::supported).normal("s", {passed}).safe("s", {failed});
  make_own_check(b.record());
  const auto j = judge(b.record(), {});
  EXPECT_EQ(j.cells[0].verdict, Verdict::control_ok);
  EXPECT_EQ(j.cells[1].verdict, Verdict::observed);
  EXPECT_EQ(j.unconfirmed_marks, 0);
  EXPECT_EQ(j.exit_code, 0);
}

TEST(Judge, judges_an_own_check_by_a_table_that_marks_it) {
  RecordBuilder b;
  b.mark("s", Mark::supported, MarkSource::inferred).normal("s", {passed}).safe("s", {failed});
  make_own_check(b.record());
  const auto j = judge(b.record(), {});
  EXPECT_EQ(j.cells[1].verdict, Verdict::deviates_unconfirmed);
  EXPECT_EQ(j.unconfirmed_marks, 1);
}

TEST(Judge, takes_an_own_check_that_fails_in_normal_mode_as_a_broken_control) {
  RecordBuilder b;
  b.normal("s", {failed, failed});
  make_own_check(b.record());
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::control_broken);
}

TEST(Judge, holds_no_default_of_a_table_against_an_own_check) {
  RecordBuilder b;
  b.mark("s", Mark::supported).cell("s", BootMode::safe_minimal, {failed});
  b.record().plan.tables["table"].defaults[BootMode::safe_minimal] = {
      Mark::not_supported, MarkSource::stated, "", {}};
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::conforms);
  make_own_check(b.record());
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::observed);
}

TEST(Judge, can_judge_again_against_another_table) {
  RecordBuilder b;
  b.mark("s", Mark::supported).normal("s", {passed}).safe("s", {failed});
  JudgeOptions options;
  options.tables["table"] = b.record().plan.tables["table"];
  options.tables["table"].rows[0].marks[BootMode::safe_networking].mark = Mark::not_supported;
  EXPECT_EQ(verdict_of_last(b.record(), options).verdict, Verdict::conforms);
}

TEST(Judge, counts_a_pass_after_a_failure_as_flaky) {
  RecordBuilder b;
  b.mark("s", Mark::supported).safe("s", {failed, passed});
  const auto j = judge(b.record(), {});
  EXPECT_EQ(j.cells[0].verdict, Verdict::conforms);
  EXPECT_TRUE(j.cells[0].flaky);
  EXPECT_EQ(j.flaky, 1);
}

TEST(Judge, does_not_call_a_pass_after_blocked_flaky) {
  RecordBuilder b;
  b.mark("s", Mark::supported).safe("s", {blocked, passed});
  EXPECT_FALSE(verdict_of_last(b.record()).flaky);
}

TEST(Judge, lets_a_failure_decide_over_a_later_blocked_attempt) {
  RecordBuilder b;
  b.mark("s", Mark::supported).normal("s", {passed}).safe("s", {failed, blocked});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::deviates);
}

TEST(Judge, gives_not_covered_cells_no_outcome) {
  RecordBuilder b;
  b.not_covered("s");
  const auto j = judge(b.record(), {});
  EXPECT_EQ(j.cells[0].verdict, Verdict::not_covered);
  EXPECT_FALSE(j.cells[0].outcome);
  EXPECT_EQ(j.not_covered, 1);
  EXPECT_EQ(j.covered, 0);
}

class Waivers : public testing::Test {
 protected:
  Waivers() {
    b.mark("s", Mark::supported).normal("s", {passed}).safe("s", {failed});
    b.record().plan.matrix.waivers = {
        {"t/safe-networking/*/s", "Ada", "driver 4711 is on its way", "2026-11-24"}};
  }
  RecordBuilder b;
};

TEST_F(Waivers, turn_a_deviation_into_waived_through_their_last_day) {
  const auto v = verdict_of_last(b.record());
  EXPECT_EQ(v.verdict, Verdict::waived);
  ASSERT_TRUE(v.waiver);
  EXPECT_EQ(v.waiver->owner, "Ada");
  EXPECT_EQ(judge(b.record(), {}).exit_code, 0);
}

TEST_F(Waivers, do_nothing_once_expired) {
  JudgeOptions options;
  options.as_of = parse_iso8601("2026-11-25T00:00:00.000Z");
  EXPECT_EQ(verdict_of_last(b.record(), options).verdict, Verdict::deviates);
}

TEST_F(Waivers, do_nothing_for_other_cells) {
  b.record().plan.matrix.waivers[0].cell = "t/safe-minimal/*";
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::deviates);
}

TEST_F(Waivers, do_not_touch_a_broken_control) {
  b.record().plan.matrix.waivers[0].cell = "*";
  b.normal("other", {failed});
  EXPECT_EQ(verdict_of_last(b.record()).verdict, Verdict::control_broken);
}

TEST(DecidingAttempt, is_the_failed_one_though_a_later_one_was_not_applicable) {
  RecordBuilder b;
  b.mark("yes", Mark::supported).normal("yes", {passed}).safe("yes", {failed, not_applicable});
  EXPECT_EQ(verdict_of_last(b.record()).outcome, failed);
}

TEST(WorthAnotherAttempt, is_what_could_change_the_verdict) {
  RecordBuilder b;
  b.mark("yes", Mark::supported).mark("no", Mark::not_supported);
  b.safe("yes", {}).safe("no", {}).normal("no", {});
  const auto& plan = b.record().plan;
  EXPECT_TRUE(worth_another_attempt(plan, plan.cells[0], failed));
  EXPECT_TRUE(worth_another_attempt(plan, plan.cells[0], guest_crashed));
  EXPECT_FALSE(worth_another_attempt(plan, plan.cells[0], passed));
  EXPECT_FALSE(worth_another_attempt(plan, plan.cells[0], not_applicable));
  EXPECT_FALSE(worth_another_attempt(plan, plan.cells[1], failed));
  EXPECT_TRUE(worth_another_attempt(plan, plan.cells[1], blocked));
  EXPECT_TRUE(worth_another_attempt(plan, plan.cells[1], guest_crashed));
  EXPECT_TRUE(worth_another_attempt(plan, plan.cells[2], failed));
}

}  // namespace
}  // namespace smx::verdict
