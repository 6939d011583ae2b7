#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "reports/ci/github_report.h"
#include "reports/ci/gitlab_report.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::size_t lines_that_begin(const std::string& text, const std::string& with) {
  std::size_t n = text.starts_with(with) ? 1 : 0;
  for (auto at = text.find("\n" + with); at != std::string::npos; at = text.find("\n" + with, at + 1)) ++n;
  return n;
}

TEST(GithubReport, the_worst_is_first_and_the_notice_is_last) {
  SampleRun run;
  const auto text = github_report(run.input());
  EXPECT_THAT(text, StartsWith("::error title=control-broken%3A reference-linux/normal/virtual/credui,"
                               "file=scenarios/matrices/nightly.json::failed in normal mode%0A"));
  EXPECT_EQ(lines_that_begin(text, "::error "), 3u);
  EXPECT_EQ(lines_that_begin(text, "::warning "), 4u);
  EXPECT_THAT(text.substr(text.rfind("\n::") + 1), StartsWith("::notice title=safemode-matrix%3A run "));
}

TEST(GithubReport, more_than_a_step_shows_are_counted) {
  RoutineRun run(2);
  std::size_t n = 0;
  for (auto& cell : run.judgement.cells)
    if (cell.verdict == Verdict::conforms)
      cell.verdict = n++ < 13 ? Verdict::deviates : n < 26 ? Verdict::inconclusive : Verdict::conforms;
  const auto text = github_report(run.input());
  EXPECT_EQ(lines_that_begin(text, "::error "), 10u);
  EXPECT_EQ(lines_that_begin(text, "::warning "), 10u);
  EXPECT_THAT(text, HasSubstr("Not shown here: 3 more errors and 2 more warnings"));
  SampleRun few;
  EXPECT_THAT(github_report(few.input()), Not(HasSubstr("Not shown")));
}

TEST(GithubReport, guest_text_begins_no_command_and_ends_no_line) {
  SampleRun run;
  for (auto& cell : run.judgement.cells) cell.reason = "50%\r\n::error::a\r::b ##[add-mask]c";
  run.record.plan.matrix.file = "a,line=9::b";
  const auto text = github_report(run.input());
  EXPECT_THAT(text, HasSubstr("::50%25 : :error::a"));
  EXPECT_THAT(text, HasSubstr(",file=a%2Cline=9%3A%3Ab::"));
  EXPECT_EQ(lines_that_begin(text, "::error::"), 0u);
  EXPECT_THAT(text, Not(HasSubstr("##[")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
}

nlohmann::json findings(const ReportInput& input) {
  return nlohmann::json::parse(gitlab_report(input));
}

TEST(GitlabReport, one_finding_a_cell_with_what_gitlab_requires) {
  SampleRun run;
  const auto all = findings(run.input());
  ASSERT_EQ(all.size(), 7u);
  EXPECT_EQ(all[0].at("severity"), "critical");
  EXPECT_EQ(all[0].at("check_name"), "credui");
  EXPECT_EQ(all[0].at("description"),
            "control-broken: reference-linux/normal/virtual/credui: failed in normal mode");
  EXPECT_EQ(all[6].at("severity"), "info");
  for (const auto& finding : all) {
    EXPECT_EQ(finding.at("location").at("path"), "scenarios/matrices/nightly.json");
    EXPECT_EQ(finding.at("location").at("lines").at("begin"), 1);
  }
}

TEST(GitlabReport, a_routine_run_has_no_findings) {
  RoutineRun run(1);
  EXPECT_EQ(findings(run.input()), nlohmann::json::array());
}

TEST(GitlabReport, fingerprints_are_of_cell_and_verdict_alone) {
  SampleRun run, later;
  later.record.info.id = "20261125-093012-aaaa";
  for (auto& cell : later.judgement.cells) cell.reason = "other words";
  later.judgement.cells[later.index("reference-linux/normal/virtual/credui")].verdict = Verdict::inconclusive;
  std::set<std::string> before, after;
  for (const auto& finding : findings(run.input())) before.insert(finding.at("fingerprint"));
  for (const auto& finding : findings(later.input())) after.insert(finding.at("fingerprint"));
  EXPECT_EQ(before.size(), 7u) << "no two are the same";
  std::vector<std::string> fresh;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(fresh));
  EXPECT_EQ(fresh.size(), 1u) << "the one with another verdict";
}

TEST(GitlabReport, paths_are_relative) {
  SampleRun run;
  for (const auto& [file, path] : std::map<std::string, std::string>{
           {"./a/b.json", "a/b.json"}, {"/opt/a.json", "opt/a.json"}, {"", "matrix"}}) {
    run.record.plan.matrix.file = file;
    EXPECT_EQ(findings(run.input())[0].at("location").at("path"), path);
  }
}

}  // namespace
}  // namespace smx::testing
