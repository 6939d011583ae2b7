#include "reports/html/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "reports/common/evidence_folder.h"
#include "tests/unit/reports/big_run.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

/// Every text between `before` and the next `after`.
std::vector<std::string> between(const std::string& text, std::string_view before, std::string_view after) {
  std::vector<std::string> found;
  for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    at += before.size();
    found.push_back(text.substr(at, text.find(after, at) - at));
  }
  return found;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

TEST(HtmlReport, guest_text_never_becomes_markup) {
  SampleRun run;
  const auto page = html_report(run.input());
  EXPECT_EQ(count(page, "<script>"), 1u) << "the page's own";
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("normal <b>")));
  EXPECT_EQ(count(page, "</pre>"), count(page, "<pre"));
}

TEST(HtmlReport, shows_what_was_predicted_beside_what_was_observed) {
  SampleRun run;
  std::size_t at = 0;
  while (!run.judgement.cells.at(at).outcome) ++at;
  const auto& cell = run.record.plan.cells[at];
  const auto& observed = run.judgement.cells[at].outcome;
  Prediction prediction{cell.id.scenario, cell.row,          cell.id.mode,
                        *observed,        "not-in-safeboot", "<b>CertPropSvc</b> is not listed"};
  run.record.info.predictions = {{cell.id.target, prediction}};
  EXPECT_THAT(html_report(run.input()),
              HasSubstr("as observed: &lt;b&gt;CertPropSvc&lt;/b&gt; is not listed"));
  run.record.info.predictions[0].prediction.expected =
      *observed == Outcome::passed ? Outcome::failed : Outcome::passed;
  EXPECT_THAT(html_report(run.input()), HasSubstr("was observed: &lt;b&gt;CertPropSvc"));
}

TEST(HtmlReport, says_of_an_implementation_how_far_it_is_proven) {
  SampleRun run;
  EXPECT_THAT(html_report(run.input()), Not(HasSubstr("no Windows has run this")));
  for (auto& scenario : run.record.plan.catalogue.scenarios)
    for (auto& [kind, implementation] : scenario.targets) implementation.proven = "compiled";
  EXPECT_THAT(html_report(run.input()),
              HasSubstr("compiled only: no Windows has run this implementation yet"));
}

TEST(HtmlReport, says_of_a_pass_whether_it_was_at_the_screen_too) {
  SampleRun run;
  auto& attempt = *std::find_if(run.record.attempts.begin(), run.record.attempts.end(),
                                [](const Attempt& a) { return a.observation.outcome == Outcome::passed; });
  auto& plan = run.record.plan;
  const auto kind = plan.target(attempt.cell.target).kind;
  for (auto& scenario : plan.catalogue.scenarios)
    if (scenario.id == attempt.cell.scenario)
      scenario.targets[kind].screen = ScreenPart{{{ScenarioStep::Kind::agent, "x"}}, {"on-screen"}};
  EXPECT_THAT(html_report(run.input()), HasSubstr("interfaces alone; nothing was done at the screen"));
  attempt.observation.checks.push_back({"on-screen", Outcome::passed, "", "", "agent"});
  EXPECT_THAT(html_report(run.input()), HasSubstr("interfaces, and by keys at the screen"));
}

TEST(HtmlReport, hostile_text_in_every_field_adds_no_element) {
  const auto elements = [](const std::string& page) { return count(page, "<"); };
  SampleRun run;
  const auto before = html_report(run.input());
  const auto hostile = std::string(kHostile) + "\"><img src=x onerror=alert(1)>";
  for (auto& a : run.record.attempts) {
    a.observation.message = hostile;
    for (auto& e : a.observation.evidence) e.name = hostile, e.media_type = "text/plain";
    for (auto& c : a.observation.checks) c.by = c.by == "agent" ? "agent" : hostile;
  }
  for (auto& b : run.record.boots)
    for (auto& f : b.reader.facts) f.name = f.expected = f.actual = f.source = hostile;
  run.record.info.id = run.record.info.harness_version = run.judgement.headline = hostile;
  run.record.plan.matrix.name = run.record.plan.warnings[0] = hostile;
  for (auto& v : run.judgement.cells) v.reason = hostile;
  for (auto& c : run.record.plan.cells) c.words = hostile;
  for (auto& e : run.record.info.environment) e.second = hostile;
  for (auto& [sha, bytes] : run.evidence.bytes) bytes = hostile;
  const auto after = html_report(run.input());
  EXPECT_THAT(after, Not(HasSubstr("<img")));
  EXPECT_EQ(count(after, "<script>"), 1u);
  // The same elements but for those of messages that were empty before.
  EXPECT_LE(elements(after), elements(before) + 8 * run.record.attempts.size());
}

TEST(HtmlReport, asks_for_nothing_from_elsewhere) {
  SampleRun run;
  const auto page = html_report(run.input());
  EXPECT_THAT(page, Not(HasSubstr("http:")));
  EXPECT_THAT(page, Not(HasSubstr("https:")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
}

TEST(HtmlReport, policy_allows_exactly_its_own_script) {
  SampleRun run;
  const auto page = html_report(run.input());
  const auto scripts = between(page, "<script>", "</script>"),
             hashes = between(page, "script-src 'sha256-", "'");
  ASSERT_EQ(scripts.size(), 1u);
  ASSERT_EQ(hashes.size(), 1u);
  EXPECT_EQ(hashes[0], base64_encode(from_hex(sha256_hex(scripts[0]))));
}

TEST(HtmlReport, every_link_of_the_page_has_its_target) {
  SampleRun run;
  const auto page = html_report(run.input());
  const auto links = between(page, "href=\"#", "\"");
  for (const auto& link : links) EXPECT_EQ(count(page, "id=\"" + link + "\""), 1u) << link;
  EXPECT_GT(links.size(), 48u);
}

TEST(HtmlReport, links_lead_to_evidence_by_hash_only) {
  SampleRun run;
  const auto page = html_report(run.input());
  EXPECT_THAT(page, Not(HasSubstr("etc/passwd")));
  EXPECT_THAT(page, HasSubstr("no-hash.txt"));
  EXPECT_THAT(page, HasSubstr("href=\"evidence/" + std::string(64, 'd') + "\">gone.txt"));
  for (const auto& link : between(page, "href=\"", "\"")) {
    const bool evidence = link.starts_with("evidence/") && is_sha256(link.substr(9));
    EXPECT_TRUE(evidence || link.starts_with("#")) << link;
  }
}

TEST(HtmlReport, evidence_in_place_is_bounded_for_a_cell) {
  SampleRun run;
  const auto page = html_report(run.input());
  const auto shown = 100 * count(page, std::string(100, 'y'));
  EXPECT_GT(shown, kInlinePerCell / 2);
  EXPECT_LE(shown, kInlinePerCell);
  EXPECT_THAT(page, Not(HasSubstr("END OF IT")));
  EXPECT_THAT(page, HasSubstr("its beginning"));
}

TEST(HtmlReport, evidence_in_place_is_bounded_in_all) {
  RoutineRun run(32);
  for (auto& v : run.judgement.cells)
    if (v.verdict != Verdict::not_covered) v.verdict = Verdict::deviates;
  const auto big = run.evidence.add("big.txt", std::string(kInlinePerCell, '^'));
  for (auto& a : run.record.attempts) a.observation.evidence = {big};
  for (auto& b : run.record.boots) b.evidence = {big};
  ASSERT_GT(run.record.attempts.size() * kInlinePerCell, kInlineInAll);
  EXPECT_EQ(count(html_report(run.input()), "^"), kInlineInAll);
}

TEST(HtmlReport, routine_cells_read_no_evidence) {
  RoutineRun run(1);
  const auto page = html_report(run.input());
  EXPECT_TRUE(run.evidence.asked.empty());
  EXPECT_THAT(page, HasSubstr("No cell deviates, is broken, inconclusive or flaky."));
}

TEST(HtmlReport, says_when_it_is_partial) {
  RoutineRun run(1);
  EXPECT_THAT(html_report(run.input()), Not(HasSubstr("partial report")));
  run.record.end = RunEnd::interrupted;
  EXPECT_THAT(html_report(run.input()), HasSubstr("partial report"));
}

TEST(HtmlReport, evidence_in_place_is_counted_as_it_is_escaped) {
  RoutineRun run(32);
  for (auto& v : run.judgement.cells)
    if (v.verdict != Verdict::not_covered) v.verdict = Verdict::deviates;
  const auto plain = html_report(run.input()).size();
  const auto big = run.evidence.add("big.txt", std::string(kInlinePerCell, '&'));
  for (auto& a : run.record.attempts) a.observation.evidence = {big};
  const auto page = html_report(run.input());
  EXPECT_GT(count(page, "&amp;") * 5, kInlineInAll - kInlinePerCell);
  EXPECT_LE(count(page, "&amp;") * 5, kInlineInAll);
  EXPECT_LT(page.size(), plain + kInlineInAll + 1000 * run.record.attempts.size());
}

TEST(HtmlReport, ten_thousand_cells_stay_below_ten_mebibytes) {
  auto run = big_run();
  ASSERT_GT(run.record.plan.cells.size(), 10000u);
  const auto page = html_report(run.input());
  EXPECT_LT(page.size(), 10u << 20);
  EXPECT_EQ(count(page, " id=\"c"), run.record.plan.cells.size() + 1) << "each cell once, and the coverage";
}

TEST(HtmlReport, a_compact_page_tells_of_routine_cells_in_a_line) {
  RoutineRun run(42);  // 2,016 cells
  const auto page = html_report(run.input());
  EXPECT_THAT(page, HasSubstr("9 cells without anything to look at"));
  EXPECT_THAT(page,
              HasSubstr("<p class=\"good\" id=\"c4\"><b>●</b> 5. Unlock a workstation by using smart card "
                        "<i>control-ok</i>: passed in normal mode. Expected: supported (stated). Attempt 1, "
                        "1.3 s: passed. 2 checks passed. Evidence: <a href=\"evidence/"));
  EXPECT_THAT(page, HasSubstr("not passed: two"));
  EXPECT_THAT(page,
              HasSubstr("<p>Boot mode: ✓ proven. kernel command line: smx.mode=normal (live domain); "));
  EXPECT_EQ(count(page, "href=\"#c4\""), 1u);
}

TEST(HtmlReport, missing_templates_are_named) {
  SampleRun run;
  const TempDir empty(std::filesystem::temp_directory_path(), "smx-no-templates-");
  try {
    html_report(run.input(), empty.path());
    FAIL() << "made a page from nothing";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    EXPECT_THAT(e.what(), HasSubstr(empty.path().string()));
  }
}

TEST(HtmlReport, every_template_escapes) {
  int templates = 0;
  for (const auto& file : std::filesystem::directory_iterator(data_dir() / "html")) {
    if (file.path().extension() != ".tpl") continue;
    ++templates;
    const auto text = read_file(file.path());
    EXPECT_TRUE(text.starts_with("{{%AUTOESCAPE context=\"HTML\"}}\n")) << file.path();
    EXPECT_THAT(text, Not(::testing::ContainsRegex("\\{\\{[A-Z_]+:none"))) << file.path();
  }
  EXPECT_EQ(templates, 8);
}

}  // namespace
}  // namespace smx::testing
