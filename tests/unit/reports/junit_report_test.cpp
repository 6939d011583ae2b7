#include "reports/junit/junit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "reports/junit/xml_text.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Parsed as strictly as pugixml can; the characters are checked apart.
struct Parsed {
  explicit Parsed(const std::string& xml) {
    const auto result = document.load_string(xml.c_str(), pugi::parse_full);
    EXPECT_TRUE(result) << result.description();
  }
  pugi::xml_node root() const { return document.child("testsuites"); }
  pugi::xml_node find(const std::string& cell_id) const {
    for (const auto suite : root().children("testsuite"))
      for (const auto test : suite.children("testcase"))
        if (std::string(test.attribute("classname").value()) + "/" + test.attribute("name").value() ==
            cell_id)
          return test;
    ADD_FAILURE() << "no test case " << cell_id;
    return {};
  }
  pugi::xml_document document;
};

std::string property(pugi::xml_node test, const char* name) {
  return test.child("properties")
      .find_child_by_attribute("property", "name", name)
      .attribute("value")
      .value();
}

TEST(JunitReport, classname_and_name_make_the_cell_id) {
  SampleRun run;
  const Parsed xml(junit_report(run.input()));
  for (const auto& cell : run.record.plan.cells) EXPECT_TRUE(xml.find(cell.id.str())) << cell.id.str();
}

TEST(JunitReport, ids_with_dots_keep_their_cell_id) {
  RoutineRun run(1);
  for (auto& cell : run.record.plan.cells) cell.id.target = "windows-10.22h2";
  const Parsed xml(junit_report(run.input()));
  EXPECT_TRUE(xml.find("windows-10.22h2/safe-networking/virtual/pin-management"));
}

/// What Jenkins' and GitLab's readers need: every attribute there, every count the number of its elements.
TEST(JunitReport, has_the_shape_of_junit) {
  SampleRun run;
  const Parsed xml(junit_report(run.input()));
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  for (const auto suite : xml.root().children("testsuite")) {
    int t = 0, f = 0, e = 0, s = 0;
    for (const auto test : suite.children("testcase")) {
      ++t, f += !!test.child("failure"), e += !!test.child("error"), s += !!test.child("skipped");
      EXPECT_LE(!!test.child("failure") + !!test.child("error") + !!test.child("skipped"), 1);
      for (const auto* attribute : {"classname", "name", "time"})
        EXPECT_STRNE(test.attribute(attribute).value(), "");
      for (const auto* element : {"failure", "error", "skipped"}) {
        const auto result = test.child(element);
        EXPECT_TRUE(!result || *result.attribute("message").value() != '\0') << element;
      }
    }
    EXPECT_EQ(suite.attribute("tests").as_int(-1), t);
    EXPECT_EQ(suite.attribute("failures").as_int(-1), f);
    EXPECT_EQ(suite.attribute("errors").as_int(-1), e);
    EXPECT_EQ(suite.attribute("skipped").as_int(-1), s);
    EXPECT_EQ(std::string(suite.attribute("timestamp").value()).size(), 19u);
    EXPECT_GE(suite.attribute("time").as_double(-1), 0);
    tests += t, failures += f, errors += e, skipped += s;
  }
  EXPECT_EQ(tests, static_cast<int>(run.record.plan.cells.size()));
  EXPECT_EQ(xml.root().attribute("tests").as_int(-1), tests);
  EXPECT_EQ(xml.root().attribute("failures").as_int(-1), failures);
  EXPECT_EQ(xml.root().attribute("errors").as_int(-1), errors);
  EXPECT_EQ(xml.root().attribute("skipped").as_int(-1), skipped);
  EXPECT_GT(failures, 0);
  EXPECT_GT(errors, 0);
}

TEST(JunitReport, each_verdict_has_its_result) {
  SampleRun run;
  const Parsed xml(junit_report(run.input()));
  const std::map<Verdict, std::string> expected{{Verdict::conforms, ""},
                                                {Verdict::works_unsupported, ""},
                                                {Verdict::observed, ""},
                                                {Verdict::control_ok, ""},
                                                {Verdict::waived, "skipped"},
                                                {Verdict::not_applicable, "skipped"},
                                                {Verdict::not_covered, "skipped"},
                                                {Verdict::inconclusive, "error"},
                                                {Verdict::deviates, "failure"},
                                                {Verdict::deviates_unconfirmed, "error"},
                                                {Verdict::control_broken, "failure"}};
  std::set<Verdict> seen;
  for (std::size_t i = 0; i < run.record.plan.cells.size(); ++i) {
    const auto verdict = run.judgement.cells[i].verdict;
    const auto test = xml.find(run.record.plan.cells[i].id.str());
    std::string result;
    for (const auto* element : {"failure", "error", "skipped"})
      if (test.child(element)) result = element;
    EXPECT_EQ(result, expected.at(verdict)) << name(verdict);
    EXPECT_EQ(property(test, "verdict"), name(verdict));
    seen.insert(verdict);
  }
  EXPECT_EQ(seen.size(), expected.size()) << "the sample run must show every verdict";
}

TEST(JunitReport, one_suite_a_boot_group_and_uncovered_cells_in_the_suite_of_their_prefix) {
  SampleRun run;
  const Parsed xml(junit_report(run.input()));
  std::vector<std::string> names;
  for (const auto suite : xml.root().children("testsuite"))
    names.emplace_back(suite.attribute("name").value());
  EXPECT_EQ(names, (std::vector<std::string>{"reference-linux/normal/virtual",
                                             "reference-linux/safe-networking/virtual",
                                             "reference-linux/safe-minimal/virtual"}));
  EXPECT_STREQ(xml.find("reference-linux/normal/virtual/uac").child("skipped").attribute("message").value(),
               "not covered: waits for an elevation prompt");
}

TEST(JunitReport, uncovered_cells_without_a_group_have_a_suite) {
  SampleRun run;
  run.record.plan.groups.pop_back();
  const Parsed xml(junit_report(run.input()));
  EXPECT_TRUE(xml.find("reference-linux/safe-minimal/virtual/uac"));
  EXPECT_EQ(xml.root().attribute("tests").as_ullong(), run.record.plan.cells.size());
}

TEST(JunitReport, hostile_text_stays_text_and_forbidden_characters_go) {
  SampleRun run;
  const auto text = junit_report(run.input());
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, Not(HasSubstr("\xef\xbf\xbf")));
  EXPECT_THAT(text, Not(HasSubstr("&#")));  // a reference to a forbidden character is forbidden too
  for (const char c : text)
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') << int{c};
  const Parsed xml(text);
  const auto test = xml.find("reference-linux/safe-networking/virtual/pin-management");
  EXPECT_THAT(test.child("failure").text().get(), HasSubstr("<script>alert(1)</script> ]]>"));
}

TEST(JunitReport, system_out_is_bounded) {
  SampleRun run;
  for (auto& attempt : run.record.attempts) attempt.observation.message = std::string(1 << 20, 'm');
  for (int i = 0; i < 500; ++i) run.record.attempts.push_back(run.record.attempts.front());
  const Parsed xml(junit_report(run.input()));
  for (const auto suite : xml.root().children("testsuite"))
    for (const auto test : suite.children("testcase"))
      EXPECT_LE(std::string_view(test.child("system-out").text().get()).size(), kSystemOutLimit);
}

TEST(JunitReport, evidence_is_shown_where_attention_is_needed_only) {
  SampleRun run;
  const Parsed xml(junit_report(run.input()));
  EXPECT_THAT(
      xml.find("reference-linux/safe-minimal/virtual/certutil-scinfo").child("system-out").text().get(),
      HasSubstr("--- apdu-trace.txt of attempt 1 ---"));
  EXPECT_THAT(xml.find("reference-linux/normal/virtual/certutil-scinfo").child("system-out").text().get(),
              Not(HasSubstr("--- apdu-trace.txt")));
}

TEST(XmlText, replaces_what_xml_forbids) {
  EXPECT_EQ(xml_text("a\tb\nc", 100), "a\tb\nc");
  EXPECT_EQ(xml_text("a\x01"
                     "b\xff",
                     100),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(xml_text("\xef\xbf\xbe\xef\xbf\xbf", 100), "\uFFFD\uFFFD");
  EXPECT_EQ(xml_line("a\nb\tc", 100), "a b c");
  EXPECT_EQ(xml_text("abcdef", 3), "abc");
}

}  // namespace
}  // namespace smx::testing
