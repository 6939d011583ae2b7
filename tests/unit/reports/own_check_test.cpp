#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/core/files.h"
#include "reports/common/details.h"
#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "reports/signoff/sign_off_html.h"
#include "reports/signoff/sign_off_json.h"
#include "reports/terminal/matrix.h"
#include "reports/terminal/summary.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/json_schema.h"
#include "tests/unit/reports/sample_run.h"
#include "tests/unit/reports/sign_off_sample.h"

// A check of one's own, which is no row of the document, in each report.

namespace smx::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class OwnCheck : public ::testing::Test {
 protected:
  OwnCheck() { add_own_check(run); }
  static json schema(const std::string& name) {
    return json::parse(read_file(source_dir() / "scenarios/schema" / (name + ".schema.json")));
  }
  RoutineRun run{1};
};

TEST_F(OwnCheck, stands_after_the_documents_rows) {
  const Grid grid(run.record.plan);
  EXPECT_EQ(grid.rows().back().scenario, "double-insertion");
  EXPECT_EQ(grid.rows().back().row, kOwnCheck);
}

TEST_F(OwnCheck, is_never_counted_as_a_row) {
  const auto found = coverage(run.record.plan);
  EXPECT_EQ(found.scenarios, 16u);
  EXPECT_EQ(found.covered, 9u);
  EXPECT_EQ(coverage_words(found), "9 of 16 scenarios and 1 of 1 own check covered");
  Coverage alone;
  alone.own_checks = 2;
  EXPECT_EQ(coverage_words(alone), "0 of 2 own checks covered");
}

TEST_F(OwnCheck, has_words_in_the_place_of_a_number) {
  EXPECT_EQ(row_title(6, "PIN management"), "6. PIN management");
  EXPECT_EQ(row_title(kOwnCheck, "Two insertions"), "Own check: Two insertions");
  const Grid::Row one{1, "a", ""}, two{2, "b", ""}, own{kOwnCheck, "x", ""}, other{kOwnCheck, "y", ""};
  EXPECT_EQ(rows_words({one}), "row 1");
  EXPECT_EQ(rows_words({one, two}), "rows 1, 2");
  EXPECT_EQ(rows_words({own}), "own check x");
  EXPECT_EQ(rows_words({one, two, own, other}), "rows 1, 2 and own checks x, y");
  EXPECT_EQ(rows_words({}), "");
}

TEST_F(OwnCheck, that_waits_is_named_among_what_is_not_covered) {
  for (auto& cell : run.record.plan.cells)
    if (cell.row == kOwnCheck) cell.not_covered = "a second machine";
  EXPECT_THAT(coverage_sentence(run.record.plan, [](auto text) { return std::string(text); }),
              HasSubstr("rows 3, 4 and own check double-insertion wait for a second machine"));
}

TEST_F(OwnCheck, is_shown_as_one_on_the_terminal) {
  const auto text = terminal_summary(run.input(), {}, "");
  EXPECT_THAT(text, AllOf(HasSubstr("own check: Two insertions in a row"), HasSubstr("1 of 1 own check")));
  EXPECT_THAT(text, Not(HasSubstr(" 0 Two insertions")));
}

TEST_F(OwnCheck, is_shown_as_one_on_the_page) {
  const auto page = html_report(run.input());
  EXPECT_THAT(page, HasSubstr("<small class=\"own\">own check</small> Two insertions in a row"));
  EXPECT_THAT(page, HasSubstr("Own check: Two insertions in a row"));
  EXPECT_THAT(page, HasSubstr("9 of 16 scenarios and 1 of 1 own check covered"));
  EXPECT_THAT(page, Not(HasSubstr("0. Two insertions")));
}

TEST_F(OwnCheck, is_shown_as_one_on_a_compact_page) {
  RoutineRun many(42);
  add_own_check(many);
  const auto page = html_report(many.input());
  EXPECT_THAT(page, HasSubstr("Own check: Two insertions in a row"));
  EXPECT_THAT(page, Not(HasSubstr("0. Two insertions")));
}

TEST_F(OwnCheck, is_counted_apart_in_markdown) {
  EXPECT_THAT(markdown_report(run.input()), HasSubstr("9 of 16 scenarios and 1 of 1 own check covered"));
}

TEST_F(OwnCheck, has_row_zero_in_json_and_fits_the_schema) {
  const auto report = json::parse(json_report(run.input()));
  EXPECT_THAT(schema_faults(schema("report"), report), IsEmpty());
  EXPECT_EQ(report["cells"].back()["row"], 0);
  EXPECT_EQ(report["scenarios"].back()["row"], 0);
}

TEST_F(OwnCheck, has_no_row_in_junit) {
  const auto xml = junit_report(run.input());
  EXPECT_THAT(xml, HasSubstr("name=\"own-check\" value=\"Two insertions in a row\""));
  EXPECT_THAT(xml, Not(HasSubstr("0. Two insertions")));
}

TEST_F(OwnCheck, is_signed_as_an_own_check) {
  const auto sign_off = sample_sign_off();
  run.record.attempts.pop_back();  // safe-minimal: planned, not run
  const auto statement = make_statement(run.input(), sign_off);
  for (const auto& mark : statement.unconfirmed) EXPECT_NE(mark.scenario, "double-insertion");
  const auto page = sign_off_html(statement);
  EXPECT_THAT(
      page, AllOf(HasSubstr("o1. own check: Two insertions in a row"), HasSubstr("<th scope=\"col\">o1</th>"),
                  HasSubstr("9 of 16 scenarios and 1 of 1 own check covered"),
                  HasSubstr("safe-minimal/virtual: own check double-insertion")));
  const auto document = json::parse(sign_off_json(statement));
  EXPECT_THAT(schema_faults(schema("sign-off"), document), IsEmpty());
  EXPECT_EQ(document["coverage"]["scenarios"], 16);
  EXPECT_EQ(document["coverage"]["own_checks"], 1);
  EXPECT_EQ(document["coverage"]["covered_own_checks"], 1);
  EXPECT_EQ(document["proven"][0]["own_checks"], json({"double-insertion"}));
}

TEST_F(OwnCheck, that_a_table_marks_without_confirmation_is_told_by_its_name) {
  run.judgement.cells.back().expectation = {Mark::supported, MarkSource::inferred, "w", {}};
  const auto sign_off = sample_sign_off();
  EXPECT_THAT(sign_off_html(make_statement(run.input(), sign_off)),
              HasSubstr("own check double-insertion supported (inferred, unconfirmed)"));
}

}  // namespace
}  // namespace smx::testing
