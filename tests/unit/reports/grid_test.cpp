#include "reports/common/grid.h"

#include <gtest/gtest.h>

#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

TEST(Grid, finds_each_cell_and_says_where_there_is_none) {
  SampleRun run;
  auto& plan = run.record.plan;
  plan.cells.erase(plan.cells.begin());  // normal/domain-logon
  plan.groups.clear();
  const Grid grid(plan);
  ASSERT_EQ(grid.rows().size(), 16u);
  ASSERT_EQ(grid.columns().size(), 3u);
  std::size_t found = 0;
  for (std::size_t r = 0; r < 16; ++r)
    for (std::size_t c = 0; c < 3; ++c)
      if (const auto cell = grid.at(r, c)) {
        ++found;
        EXPECT_EQ(plan.cells[*cell].id.scenario, grid.rows()[r].scenario);
        EXPECT_EQ(plan.cells[*cell].id.mode, grid.columns()[c].mode);
      }
  EXPECT_EQ(found, plan.cells.size());
  EXPECT_FALSE(grid.at(0, 0).has_value());
}

TEST(Grid, controls_added_at_the_end_of_a_plan_come_first) {
  Plan plan;
  for (const auto mode : {BootMode::safe_networking, BootMode::normal})
    for (const int row : {9, 6})
      plan.cells.push_back({{"t", mode, "r", "s" + std::to_string(row)}, row, "w", "", false});
  const Grid grid(plan);
  EXPECT_EQ(grid.columns()[0].mode, BootMode::normal);
  EXPECT_EQ(grid.rows()[0].row, 6);
  EXPECT_EQ(grid.at(0, 0), 3u);
  EXPECT_EQ(grid.at(1, 1), 0u);
}

TEST(Coverage, groups_scenarios_by_what_they_wait_for) {
  SampleRun run;
  const auto found = coverage(run.record.plan);
  EXPECT_EQ(found.covered, 9u);
  EXPECT_EQ(found.scenarios, 16u);
  ASSERT_EQ(found.gaps.size(), 4u);
  EXPECT_EQ(found.gaps[0].waits_for, "a domain controller");
  EXPECT_EQ(found.gaps[0].scenarios.size(), 3u);
  EXPECT_EQ(coverage_words(found), "9 of 16 scenarios covered");
}

TEST(Coverage, names_the_targets_that_lack_a_scenario) {
  RoutineRun run(2);
  auto& plan = run.record.plan;
  for (auto& cell : plan.cells)
    if (cell.id.target == "reference-linux") cell.not_covered.clear();
  const auto found = coverage(plan);
  EXPECT_EQ(found.covered, 16u);
  ASSERT_FALSE(found.gaps.empty());
  EXPECT_EQ(found.gaps[0].targets, std::vector<std::string>{"reference-linux-2"});
}

TEST(Appearance, every_verdict_has_a_symbol_of_its_own) {
  std::set<std::string_view> symbols, letters;
  for (int i = 0; i <= static_cast<int>(Verdict::not_covered); ++i) {
    symbols.insert(appearance(static_cast<Verdict>(i)).symbol);
    letters.insert(appearance(static_cast<Verdict>(i)).ascii);
  }
  EXPECT_EQ(symbols.size(), 11u);
  EXPECT_EQ(letters.size(), 11u);
}

TEST(Appearance, a_failure_is_bad_only_where_the_table_promises_a_pass) {
  EXPECT_EQ(appearance(Outcome::failed, Mark::supported).tone, Tone::bad);
  EXPECT_EQ(appearance(Outcome::failed, Mark::not_supported).tone, Tone::neutral);
  EXPECT_EQ(appearance(Outcome::guest_crashed, Mark::not_supported).tone, Tone::bad);
}

TEST(Appearance, attention_is_for_what_a_person_must_decide) {
  const auto needs = [](Verdict verdict, bool flaky = false) {
    CellVerdict v;
    v.verdict = verdict, v.flaky = flaky;
    return needs_attention(v);
  };
  for (const auto v :
       {Verdict::deviates, Verdict::deviates_unconfirmed, Verdict::control_broken, Verdict::inconclusive})
    EXPECT_TRUE(needs(v)) << name(v);
  for (const auto v : {Verdict::conforms, Verdict::works_unsupported, Verdict::observed, Verdict::control_ok,
                       Verdict::waived, Verdict::not_applicable, Verdict::not_covered})
    EXPECT_FALSE(needs(v)) << name(v);
  EXPECT_TRUE(needs(Verdict::control_ok, true));
}

TEST(Details, durations_read_well) {
  EXPECT_EQ(duration_words(Milliseconds(7)), "7 ms");
  EXPECT_EQ(duration_words(Milliseconds(4850)), "4.9 s");
  EXPECT_EQ(duration_words(Milliseconds(59960)), "1 min 00 s");
  EXPECT_EQ(duration_words(Milliseconds(125000)), "2 min 05 s");
  EXPECT_EQ(duration_words(Milliseconds(3725000)), "1 h 02 min");
  EXPECT_EQ(duration_words(Milliseconds(-5)), "0 ms");
}

TEST(Details, expectations_say_how_they_are_known) {
  EXPECT_EQ(expectation_words({Mark::supported, MarkSource::inferred, "", {}}),
            "supported (inferred, unconfirmed)");
  EXPECT_EQ(expectation_words({Mark::not_supported, MarkSource::stated, "", {}}), "not-supported (stated)");
  EXPECT_EQ(expectation_words({Mark::unknown, MarkSource::unknown, "", {}}), "unknown");
  EXPECT_EQ(expectation_words({Mark::supported, MarkSource::inferred, "",
                               Confirmation{"R. Roe", "2026-11-01", "page 3", Mark::supported}}),
            "supported (confirmed by R. Roe, 2026-11-01)");
}

}  // namespace
}  // namespace smx::testing
