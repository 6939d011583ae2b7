#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/core/files.h"
#include "reports/ci/github_report.h"
#include "reports/ci/gitlab_report.h"
#include "reports/comparison/comparison_text.h"
#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/json_schema.h"
#include "tests/unit/reports/sample_run.h"

// A run with a baseline: every report tells what changed.

namespace smx::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ComparisonReports : public ::testing::Test {
 protected:
  ComparisonReports() { compare_with_baseline(run); }
  SampleRun run;
};

TEST_F(ComparisonReports, a_terminal_shows_the_worst_twenty_and_says_how_many_more) {
  auto& cells = run.comparison->cells;
  while (cells.size() < 30) cells.push_back(cells[1]);
  const auto text = comparison_text(*run.comparison, {false, true, 100});
  EXPECT_THAT(text, HasSubstr("and 10 more cells"));
}

TEST_F(ComparisonReports, markdown) {
  const auto text = markdown_report(run.input());
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("### Since `20261123-093012-aaaa`"), HasSubstr("✗ 1 regressed, 1 lost, 1 new, 45 same"),
            HasSubstr("| ✗ | `reference-linux/safe-networking/virtual/pin-management` | passed → "
                      "failed (no-card), since `20261124-093012-5f3c` | driver "
                      "`drivers\\scfilter.sys` and 1 other |"),
            HasSubstr("| nothing that is known of |")));
  EXPECT_THAT(text, Not(HasSubstr("| + |")));  // what is new is counted only
}

TEST_F(ComparisonReports, markdown_stays_small_however_much_regressed) {
  auto& cells = run.comparison->cells;
  cells.assign(5000, cells[0]);
  const auto text = markdown_report(run.input());
  EXPECT_LE(text.size(), kMarkdownLimit);
  EXPECT_THAT(text, HasSubstr("and 4990 more cells"));
}

TEST_F(ComparisonReports, html) {
  const auto page = html_report(run.input());
  EXPECT_THAT(page,
              AllOf(HasSubstr("<h2>Since the baseline</h2>"), HasSubstr("<code>20261123-093012-aaaa</code>"),
                    HasSubstr("drivers\\scfilter.sys"), HasSubstr("apdu-trace.txt, line 12"),
                    HasSubstr("last good <code>20261123-203012-bbbb</code>")));
  SampleRun without;
  EXPECT_THAT(html_report(without.input()), Not(HasSubstr("Since the baseline")));
}

TEST_F(ComparisonReports, html_shows_a_hundred_changes) {
  auto& cells = run.comparison->cells;
  cells.assign(150, cells[0]);
  EXPECT_THAT(html_report(run.input()), HasSubstr("And 50 more cells"));
}

TEST_F(ComparisonReports, json_as_published) {
  const auto report = nlohmann::json::parse(json_report(run.input()));
  const auto schema = nlohmann::json::parse(read_file(source_dir() / "scenarios/schema/report.schema.json"));
  EXPECT_THAT(schema_faults(schema, report), IsEmpty());
  EXPECT_EQ(report.at("comparison").at("cells").at(0).at("suspects").size(), 2u);
  auto wrong = report;
  wrong["comparison"]["cells"][0]["change"] = "better";
  EXPECT_THAT(schema_faults(schema, wrong), Not(IsEmpty()));
}

TEST_F(ComparisonReports, json_with_cells_left_out_as_published) {
  run.record.info.unchanged = {
      {run.record.plan.cells[0].id, "20261123-093012-aaaa", Outcome::passed, "", std::string(64, 'a')}};
  const auto report = nlohmann::json::parse(json_report(run.input()));
  const auto schema = nlohmann::json::parse(read_file(source_dir() / "scenarios/schema/report.schema.json"));
  EXPECT_THAT(schema_faults(schema, report), IsEmpty());
}

/// A cell that its verdict does not complain of has regressed all the same.
class QuietRegression : public ::testing::Test {
 protected:
  QuietRegression() {
    SampleRun sample;
    compare_with_baseline(sample);
    comparison = *sample.comparison;
    for (auto& change : comparison.cells) change.cell = routine.record.plan.cells[4].id;
    comparison.cells.resize(1);
  }
  ReportInput input() { return {routine.record, routine.judgement, routine.evidence, &comparison}; }
  std::string cell() const { return comparison.cells[0].cell.str(); }
  void waive() { comparison.cells[0].waived = true; }

  RoutineRun routine{1};
  compare::Comparison comparison;
};

TEST_F(QuietRegression, is_a_failure_in_junit) {
  EXPECT_THAT(junit_report(input()),
              AllOf(HasSubstr("failures=\"1\""),
                    HasSubstr("<failure message=\"regressed since 20261123-093012-aaaa: was "
                              "passed, is failed (no-card)\" type=\"regressed\">")));
  waive();
  EXPECT_THAT(junit_report(input()), Not(HasSubstr("<failure")));
}

TEST_F(QuietRegression, is_an_error_on_github) {
  EXPECT_THAT(github_report(input()), HasSubstr("::error title=regressed%3A " + cell()));
  waive();
  EXPECT_THAT(github_report(input()), Not(HasSubstr("::error")));
}

TEST_F(QuietRegression, is_a_finding_on_gitlab) {
  const auto findings = nlohmann::json::parse(gitlab_report(input()));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]["severity"], "critical");
  waive();
  EXPECT_EQ(nlohmann::json::parse(gitlab_report(input())).size(), 0u);
}

TEST_F(QuietRegression, of_a_cell_that_is_complained_of_is_told_once) {
  SampleRun run;
  compare_with_baseline(run);
  const auto text = github_report(run.input());
  EXPECT_THAT(text, Not(HasSubstr("title=regressed")));
  EXPECT_THAT(text, HasSubstr("regressed since 20261123-093012-aaaa"));  // the headline
}

}  // namespace
}  // namespace smx::testing
