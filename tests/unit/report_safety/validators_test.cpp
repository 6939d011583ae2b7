#include "tests/unit/report_safety/validators.h"

#include <gtest/gtest.h>

#include "reports/html/html_report.h"
#include "tests/unit/report_safety/hostile_run.h"

// The judges find what they look for: each is shown reports that were not escaped.

namespace smx::testing {
namespace {

TEST(TerminalJudge, finds_what_a_terminal_would_obey) {
  for (const auto* bad :
       {"\x1b[2J", "\x1b[31m", "\x1b]0;t\x07", "a\rb", "\x07", "a\tb", "\x7f", "\u009B31m", "\u202Ea",
        "a\u200Bb", "\uFEFF", "\u2028", "\xC0\xAF", "\xED\xA0\x80", "\x9B", "\xE2\x82"})
    EXPECT_NE(terminal_problem(bad, false), "") << bad;
  EXPECT_NE(terminal_problem(std::string("a\0b", 3), false), "");
  EXPECT_EQ(terminal_problem("\x1b[1;31m✗\x1b[0m fine, 日本 é\n", false), "");
}

TEST(TerminalJudge, allows_drawing_in_place_to_the_live_matrix_only) {
  const std::string drawn = "\r\x1b[12Aa\x1b[K\n\x1b[J";
  EXPECT_EQ(terminal_problem(drawn, true), "");
  EXPECT_NE(terminal_problem(drawn, false), "");
  EXPECT_NE(terminal_problem("\x1b[2J", true), "");
  EXPECT_NE(terminal_problem("\x1b[12B", true), "");
}

TEST(TerminalJudge, finds_commands_for_ci_systems) {
  for (const auto* bad :
       {"::error::x", "ok\n  ::add-mask::x", "a ##[error]x", "##vso[task.x]y", "##teamcity[x]"})
    EXPECT_NE(terminal_problem(bad, false), "") << bad;
  EXPECT_EQ(terminal_problem("a ::error::x, ## b", false), "") << "no command in the middle of a line";
}

TEST(GithubJudge, takes_annotations_and_nothing_else) {
  const std::string good = "::error title=a%3A b,file=c::d%0A50%25\n";
  EXPECT_EQ(github_problem(good, good), "");
  for (const auto* bad :
       {"::error title=a: b,file=c::d\n", "::error title=a,b,file=c::d\n", "::error title=a,file=c::50%\n",
        "::error title=a,file=c::d\rx\n", "::error title=a,file=c::d\n::add-mask::x\n", "said\n",
        "::set-output title=a,file=c::d\n", "::error title=a,file=c::d ##[x]y\n",
        "::error title=a,file=c::d"})
    EXPECT_NE(github_problem(bad, bad), "") << bad;
  EXPECT_NE(github_problem(good + good, good), "") << "one more than with harmless text";
}

TEST(JsonJudge, finds_what_is_no_json_and_what_has_other_keys) {
  EXPECT_EQ(json_problem(R"({"a": ["\u001b"]})", R"({"a": ["b"]})"), "");
  for (const auto* bad :
       {R"({"a": ["b", "c"]})", R"({"a": ["b"], "c": 1})", R"({"a": [1]})", R"({"a": ["b"]} x)",
        R"({"a": ["b")", "{\"a\": [\"\xFF\"]}", "{\"a\": [\"\x1b\"]}", "{\"a\": [\"\u009B\"]}"})
    EXPECT_NE(json_problem(bad, R"({"a": ["b"]})"), "") << bad;
}

TEST(XmlJudge, finds_what_is_no_xml_and_what_has_other_elements) {
  const std::string good = "<a b=\"c\"><d>e</d></a>";
  EXPECT_EQ(xml_problem("<a b=\"&lt;\"><d>]]&gt;</d></a>", good), "");
  for (const auto* bad :
       {"<a b=\"c\"><d>e</d></a", "<a b=\"c\"><d>e</d><d/></a>", "<a b=\"c\" x=\"\"><d>e</d></a>",
        "<a b=\"c\"><d>\xFF</d></a>", "<a b=\"c\"><d>e<!-- --></d></a>"})
    EXPECT_NE(xml_problem(bad, good), "") << bad;
}

TEST(XmlJudge, xmllint_finds_what_pugixml_forgives) {
  if (!xml_problem("<a>\x01</a>", "<a>b</a>").starts_with("xmllint"))
    GTEST_SKIP() << "xmllint is not installed";
  EXPECT_NE(xml_problem("<a>]]></a>", "<a>b</a>"), "");
  EXPECT_NE(xml_problem("<a b=\"<\">c</a>", "<a b=\"\">c</a>"), "");
  EXPECT_NE(xml_problem("<a>&nbsp;</a>", "<a>b</a>"), "");
}

/// The page of a run with harmless text, with one occurrence of that replaced by markup as it is.
std::string page_with(const std::string& markup, const std::string& after) {
  auto run = run_with(kHarmless);
  auto page = html_report(run.input());
  const auto at = page.find(kHarmless, page.find(after));
  if (markup.empty()) return page;
  return page.replace(at, std::string(kHarmless).size(), markup);
}

TEST(HtmlJudge, finds_markup_that_was_not_escaped) {
  if (const auto why = html_judge_missing(); !why.empty()) GTEST_SKIP() << why;
  const auto good = page_with("", "<body>");
  EXPECT_EQ(html_problem(good, good), "");
  EXPECT_EQ(html_problem(page_with("&lt;script&gt;", "<body>"), good), "");
  for (const auto* bad :
       {"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b onclick=\"x\">a</b>",
        "<a href=\"javascript:x\">a</a>", "<a href=\"http://evil.example\">a</a>",
        "<a href=\"evidence/../x\">a</a>", "<b>a</b>", "<!-- a", "</details>", "<p style=\"x\">a", "<svg/>"})
    EXPECT_NE(html_problem(page_with(bad, "<body>"), good), "") << bad;
  EXPECT_NE(html_problem(page_with("\xFF", "<body>"), good), "");
}

TEST(HtmlJudge, finds_attributes_that_were_not_escaped) {
  if (const auto why = html_judge_missing(); !why.empty()) GTEST_SKIP() << why;
  const std::string good = "<!DOCTYPE html><p id=\"a\">b</p>";
  EXPECT_EQ(html_problem("<!DOCTYPE html><p id=\"&quot; onclick=&quot;\">b</p>", good), "");
  EXPECT_NE(html_problem("<!DOCTYPE html><p id=\"\" onclick=\"\">b</p>", good), "");
  EXPECT_NE(html_problem("<!DOCTYPE html><p id=\"\" class=\"bad\">b</p>", good), "");
}

TEST(MarkdownJudge, finds_markup_that_was_not_escaped) {
  if (const auto why = markdown_judge_missing(); !why.empty()) GTEST_SKIP() << why;
  const std::string before = "## a\n\n| b | c |\n|---|---|\n| d | ", after = " |\n\ne\n",
                    good = before + "`f`" + after;
  EXPECT_EQ(markdown_problem(good, good), "");
  EXPECT_EQ(markdown_problem(before + "`<b> @name [g](h)`" + after, good), "");
  for (const auto* bad : {"f", "`f", "`f | g`", "<b>f</b>", "[f](g)", "![f](g)", "www.example.com",
                          "https://example.com", "@name", "#1", "GH-1", "*f*", "~~f~~", "`f`\n\n# g",
                          "`f` |\n\n- g\n\n| h", "0123456789abcdef", "a@b.example", ":smile:"})
    EXPECT_NE(markdown_problem(before + bad + after, good), "") << bad;
}

}  // namespace
}  // namespace smx::testing
