#include "reports/markdown/markdown_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A run in which every covered cell deviates.
RoutineRun bad_run(int targets) {
  RoutineRun run(targets);
  for (auto& cell : run.judgement.cells)
    if (cell.verdict != Verdict::not_covered) cell.verdict = Verdict::deviates;
  run.judgement.exit_code = 1;
  return run;
}

TEST(MarkdownReport, begins_with_what_came_of_the_run) {
  SampleRun run;
  EXPECT_THAT(markdown_report(run.input()),
              StartsWith("## ✗ safemode-matrix: nightly\n\n"
                         "**Result:** 2 cells deviate, 1 control is broken\n\n"));
  RoutineRun routine(1);
  EXPECT_THAT(markdown_report(routine.input()), StartsWith("## ✓ "));
}

TEST(MarkdownReport, lists_the_worst_first) {
  SampleRun run;
  const auto text = markdown_report(run.input());
  const auto broken = text.find("| ! | `reference-linux/normal/virtual/credui` | control-broken |"),
             deviates = text.find("| ✗ | `reference-linux/safe-networking/virtual/pin-management` |"),
             flaky =
                 text.find("| ● | `reference-linux/normal/virtual/device-management` | control-ok, flaky |");
  EXPECT_LT(broken, deviates);
  EXPECT_LT(deviates, flaky);
  EXPECT_NE(flaky, std::string::npos);
}

TEST(MarkdownReport, a_routine_run_has_no_table) {
  RoutineRun run(1);
  EXPECT_THAT(markdown_report(run.input()), Not(HasSubstr("attention")));
}

TEST(MarkdownReport, says_how_many_cells_it_leaves_out) {
  auto run = bad_run(2);  // 60 covered cells
  EXPECT_THAT(markdown_report(run.input()), HasSubstr("\nand 24 more cells\n"));
}

TEST(MarkdownReport, says_when_the_run_is_partial) {
  SampleRun run;
  EXPECT_THAT(markdown_report(run.input()), Not(HasSubstr("partial")));
  run.record.end = RunEnd::unfinished;
  EXPECT_THAT(markdown_report(run.input()), HasSubstr("partial report"));
}

TEST(MarkdownReport, fits_a_comment_whatever_the_run) {
  auto run = bad_run(40);
  const std::string huge(100000, '`');
  run.record.plan.matrix.name = run.record.plan.matrix.file = run.judgement.headline = huge;
  run.record.info.id = run.record.info.harness_version = huge;
  run.record.plan.warnings.assign(1000, huge);
  for (auto& cell : run.judgement.cells) cell.reason = huge;
  for (std::size_t i = 0; i < run.record.plan.cells.size(); ++i) {
    auto& cell = run.record.plan.cells[i];
    cell.id.target = huge, cell.id.reader = huge;
    if (!cell.not_covered.empty()) cell.not_covered = std::to_string(i) + huge;
  }
  const auto text = markdown_report(run.input());
  EXPECT_LE(text.size(), kMarkdownLimit);
  EXPECT_THAT(text, HasSubstr("more cells\n"));
  EXPECT_THAT(text, HasSubstr("and 990 more warnings\n"));
}

}  // namespace
}  // namespace smx::testing
