#include <gtest/gtest.h>

#include <algorithm>

#include "reports/html/html_report.h"
#include "tests/unit/report_safety/formats.h"
#include "tests/unit/report_safety/hostile_run.h"
#include "tests/unit/report_safety/validators.h"

// Every report × every kind of hostile text in every place that a guest can write to.

namespace smx::testing {
namespace {

using Case = std::tuple<Format, Hostile>;

std::string missing_judge(Judge judge) {
  if (judge == Judge::html) return html_judge_missing();
  if (judge == Judge::markdown) return markdown_judge_missing();
  return "";
}

std::string problem(Judge judge, const std::string& text, const std::string& harmless) {
  switch (judge) {
    case Judge::xml: return xml_problem(text, harmless);
    case Judge::json: return json_problem(text, harmless);
    case Judge::html: return html_problem(text, harmless);
    case Judge::markdown: return markdown_problem(text, harmless);
    case Judge::github: return github_problem(text, harmless);
    case Judge::terminal: return terminal_problem(text, false);
    case Judge::live: break;
  }
  return terminal_problem(text, true);
}

/// As long as `text`, so that whatever is cut is cut in both.
std::string harmless_like(const std::string& text) {
  std::string harmless = kHarmless;
  while (harmless.size() < text.size()) harmless += kHarmless;
  return harmless;
}

std::string made(const Format& format, const std::string& text) {
  auto run = run_with(text);
  return format.make(run, phase_with(text));
}

class ReportSafety : public ::testing::TestWithParam<Case> {};

TEST_P(ReportSafety, guests_say_nothing_but_text) {
  const auto& [format, hostile] = GetParam();
  if (const auto why = missing_judge(format.judge); !why.empty()) GTEST_SKIP() << why;
  const auto report = made(format, hostile.text);
  EXPECT_EQ(problem(format.judge, report, made(format, harmless_like(hostile.text))), "");
  EXPECT_LE(report.size(), format.bound);
}

TEST(CompactHtml, guests_say_nothing_but_text) {
  if (const auto why = html_judge_missing(); !why.empty()) GTEST_SKIP() << why;
  std::string all;
  for (const auto& kind : hostile_kinds())
    if (kind.text.size() < 1000) all += kind.text;
  const auto page = [](const std::string& text) {
    RoutineRun run(42);
    put_into(run.record, text);
    for (std::size_t i = 0; i < run.record.boots.size(); i += 2) run.record.boots[i].trouble.clear();
    for (auto& [sha, bytes] : run.evidence.bytes) bytes = text;
    for (auto& verdict : run.judgement.cells) verdict.reason = text;
    run.judgement.cells.front().flaky = true;
    return html_report(run.input());
  };
  EXPECT_EQ(html_problem(page(all), page(harmless_like(all))), "");
}

std::string case_name(const ::testing::TestParamInfo<Case>& param) {
  const auto& [format, hostile] = param.param;
  auto name = std::string(format.name) + "_" + hostile.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ReportSafety,
                         ::testing::Combine(::testing::ValuesIn(formats()),
                                            ::testing::ValuesIn(hostile_kinds())),
                         case_name);

}  // namespace
}  // namespace smx::testing
