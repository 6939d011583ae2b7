#include <gtest/gtest.h>

#include "reports/ci/github_report.h"
#include "reports/ci/gitlab_report.h"
#include "reports/comparison/comparison_text.h"
#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "reports/signoff/sign_off_html.h"
#include "reports/signoff/sign_off_json.h"
#include "reports/terminal/summary.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/sample_run.h"
#include "tests/unit/reports/sign_off_sample.h"

// Reports are pure functions and the sample's times and ids are fixed, so nothing has to be masked: a golden
// file is exactly what a user gets.

namespace smx::testing {
namespace {

TEST(GoldenReport, json) {
  SampleRun run;
  expect_golden("report.json", json_report(run.input()));
}

TEST(GoldenReport, sign_off) {
  SampleRun run;
  const auto sign_off = sample_sign_off();
  const auto statement = make_statement(run.input(), sign_off);
  expect_golden("sign-off.html", sign_off_html(statement));
  expect_golden("sign-off.json", sign_off_json(statement));
}

TEST(GoldenReport, junit) {
  SampleRun run;
  expect_golden("junit.xml", junit_report(run.input()));
}

TEST(GoldenReport, html) {
  SampleRun run;
  expect_golden("report.html", html_report(run.input()));
}

TEST(GoldenReport, html_of_a_run_without_trouble) {
  RoutineRun run(2);
  expect_golden("routine.html", html_report(run.input()));
}

TEST(GoldenReport, markdown) {
  SampleRun run;
  expect_golden("summary.md", markdown_report(run.input()));
}

TEST(GoldenReport, markdown_of_a_run_without_trouble) {
  RoutineRun run(2);
  expect_golden("routine.md", markdown_report(run.input()));
}

TEST(GoldenReport, github) {
  SampleRun run;
  expect_golden("github.txt", github_report(run.input()));
}

TEST(GoldenReport, gitlab) {
  SampleRun run;
  expect_golden("gitlab.json", gitlab_report(run.input()));
}

TEST(GoldenReport, terminal_without_colour) {
  SampleRun run;
  expect_golden("terminal.txt", terminal_summary(run.input(), {false, true, 100}, "/runs/1/report.html"));
}

TEST(GoldenReport, terminal_with_colour) {
  SampleRun run;
  expect_golden("terminal-colour.txt",
                terminal_summary(run.input(), {true, true, 100}, "/runs/1/report.html"));
}

TEST(GoldenReport, comparison) {
  SampleRun run;
  compare_with_baseline(run);
  expect_golden("comparison.txt", comparison_text(*run.comparison, {false, true, 100}));
}

TEST(GoldenReport, terminal_narrow_ascii) {
  SampleRun run;
  expect_golden("terminal-narrow.txt",
                terminal_summary(run.input(), {false, false, 40}, "/runs/1/report.html"));
}

}  // namespace
}  // namespace smx::testing
