#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "reports/signoff/sign_off_html.h"
#include "reports/signoff/sign_off_json.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/json_schema.h"
#include "tests/unit/reports/sample_run.h"
#include "tests/unit/reports/sign_off_sample.h"

namespace smx::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

json sign_off_schema() {
  return json::parse(read_file(source_dir() / "scenarios/schema/sign-off.schema.json"));
}

std::size_t occurrences(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

template <class Run>
json statement_json(Run& run, const SignOff& sign_off = sample_sign_off()) {
  return json::parse(sign_off_json(make_statement(run.input(), sign_off)));
}

template <class Run>
std::string statement_page(Run& run, const SignOff& sign_off = sample_sign_off()) {
  return sign_off_html(make_statement(run.input(), sign_off));
}

TEST(SignOffJson, fits_its_published_schema) {
  SampleRun run;
  const auto& cell = run.record.plan.cells[4].id;
  run.record.info.predictions = {
      {cell.target, {cell.scenario, 5, cell.mode, Outcome::guest_crashed, "not-in-safeboot", "why"}}};
  EXPECT_THAT(schema_faults(sign_off_schema(), statement_json(run)), IsEmpty());
  run.record.end = RunEnd::unfinished;
  run.record.attempts.clear();
  EXPECT_THAT(schema_faults(sign_off_schema(), statement_json(run)), IsEmpty());
  RoutineRun routine(2);
  auto sign_off = sample_sign_off();
  sign_off.exceptions.clear();
  EXPECT_THAT(schema_faults(sign_off_schema(), statement_json(routine, sign_off)), IsEmpty());
}

TEST(SignOffJson, schema_refuses_what_is_no_statement) {
  SampleRun run;
  const auto good = statement_json(run);
  const auto faults_with = [&](const char* pointer, const json& value) {
    auto bad = good;
    bad[json::json_pointer(pointer)] = value;
    return schema_faults(sign_off_schema(), bad);
  };
  EXPECT_THAT(faults_with("/format", 2), ElementsAre("/format: is not 1"));
  EXPECT_THAT(faults_with("/more", 2), ElementsAre("/: has an unknown \"more\""));
  EXPECT_THAT(faults_with("/signer/fingerprint_sha256", "ab"), ElementsAre(HasSubstr("does not match")));
  EXPECT_THAT(faults_with("/deviations/0/verdict", "conforms"),
              ElementsAre(HasSubstr("is none of the words")));
  EXPECT_THAT(faults_with("/deviations/0/exception", "E1"), ElementsAre(HasSubstr("fits no alternative")));
}

TEST(SignOffJson, lists_what_needs_an_exception_the_worst_first_and_the_exception) {
  SampleRun run;
  const auto statement = statement_json(run);
  std::vector<std::string> verdicts;
  for (const auto& d : statement["deviations"]) verdicts.push_back(d["verdict"]);
  EXPECT_THAT(verdicts, ElementsAre("control-broken", "deviates", "deviates", "deviates-unconfirmed",
                                    "inconclusive", "inconclusive"));
  for (const auto& d : statement["deviations"]) {
    const bool first = d["cell"].get<std::string>().ends_with("safe-networking/virtual/pin-management");
    EXPECT_EQ(d["exception"], first ? 0 : 1) << d;
  }
  EXPECT_EQ(statement["waived"].size(), 1u);
  EXPECT_EQ(statement["waived"][0]["waiver"]["owner"], "qa@example.com");
  EXPECT_EQ(statement["flaky"][0]["attempts"].size(), 2u);
}

TEST(SignOffJson, shows_a_cell_without_exception_as_one_without) {
  SampleRun run;
  auto sign_off = sample_sign_off();
  sign_off.exceptions = {{"*/pin-management", "o", "r"}};
  const auto statement = statement_json(run, sign_off);
  std::size_t without = 0;
  for (const auto& d : statement["deviations"]) without += d["exception"].is_null() ? 1u : 0u;
  EXPECT_EQ(without, 5u);
}

TEST(SignOffJson, names_the_cells_that_the_run_left_out_as_unchanged) {
  SampleRun run;
  const CellId cell{"reference-linux", BootMode::normal, "virtual", "certutil-scinfo"};
  run.record.info.unchanged = {{cell, "20261123-093012-aaaa", Outcome::passed, "", "key"}};
  EXPECT_EQ(statement_json(run)["coverage"]["unchanged"],
            json({{{"cell", cell.str()}, {"run", "20261123-093012-aaaa"}}}));
}

TEST(SignOffHtml, does_not_say_that_everything_was_run_when_cells_were_left_out) {
  RoutineRun routine(1);
  const auto sign_off = sample_sign_off();
  EXPECT_THAT(sign_off_html(make_statement(routine.input(), sign_off)),
              HasSubstr("Every covered cell was run"));
  routine.record.info.unchanged = {{{"reference-linux", BootMode::normal, "virtual", "certutil-scinfo"},
                                    "20261123-093012-aaaa",
                                    Outcome::passed,
                                    "",
                                    "key"}};
  const auto page = sign_off_html(make_statement(routine.input(), sign_off));
  EXPECT_THAT(page, Not(HasSubstr("Every covered cell was run")));
  EXPECT_THAT(page, HasSubstr("see run 20261123-093012-aaaa: certutil-scinfo"));
}

TEST(SignOffJson, names_the_cells_that_were_planned_but_not_run) {
  RoutineRun run(1);
  EXPECT_THAT(statement_json(run)["coverage"]["not_run"], IsEmpty());
  const auto cell = run.record.attempts.back().cell.str();
  run.record.attempts.pop_back();
  EXPECT_EQ(statement_json(run)["coverage"]["not_run"], json({cell}));
}

TEST(SignOffJson, names_each_unconfirmed_mark_once) {
  RoutineRun one(1), many(5);
  const auto marks = statement_json(one)["unconfirmed_marks"];
  EXPECT_EQ(statement_json(many)["unconfirmed_marks"], marks) << "more machines, the same table";
  EXPECT_EQ(marks.size(), 7u);
  for (const auto& mark : marks) EXPECT_NE(mark["scenario"], "pin-management") << "a person has confirmed it";
  for (auto& cell : one.judgement.cells)
    cell.expectation.confirmed = Confirmation{"R. Roe", "2026-11-01", "p. 3", {}};
  EXPECT_THAT(statement_json(one)["unconfirmed_marks"], IsEmpty());
}

TEST(SignOffJson, counts_predictions_that_agree_and_shows_those_that_do_not) {
  RoutineRun run(1);
  std::vector<std::size_t> covered;
  for (std::size_t i = 0; i < run.record.plan.cells.size(); ++i)
    if (run.judgement.cells[i].outcome) covered.push_back(i);
  const auto predict = [&](std::size_t i, Outcome expected) {
    const auto& id = run.record.plan.cells[i].id;
    run.record.info.predictions.push_back({id.target, {id.scenario, 1, id.mode, expected, "c", "because"}});
  };
  predict(covered[0], *run.judgement.cells[covered[0]].outcome);
  predict(covered[1], Outcome::timed_out);
  predict(covered[2], Outcome::passed);
  run.judgement.cells[covered[2]].outcome.reset();
  predict(covered[3], Outcome::passed);
  run.judgement.cells[covered[3]].outcome = Outcome::blocked;
  const auto predictions = statement_json(run)["predictions"];
  EXPECT_EQ(predictions["agree"], 1);
  EXPECT_EQ(predictions["not_observed"], 2) << "what was blocked was not observed";
  ASSERT_EQ(predictions["disagree"].size(), 1u);
  EXPECT_EQ(predictions["disagree"][0]["cell"], run.record.plan.cells[covered[1]].id.str());
  EXPECT_EQ(predictions["disagree"][0]["expected"], "timed-out");
  EXPECT_THAT(statement_page(run), HasSubstr("1 as observed, 1 otherwise, 2 of cells that showed nothing"));
}

TEST(SignOffJson, says_how_far_implementations_are_proven) {
  RoutineRun run(1);
  for (auto& scenario : run.record.plan.catalogue.scenarios)
    if (scenario.row == 5) scenario.targets[TargetKind::reference_linux].proven = "compiled";
  const auto proven = statement_json(run)["proven"];
  ASSERT_EQ(proven.size(), 2u);
  EXPECT_EQ(proven[0], json({{"target_kind", "reference-linux"},
                             {"proven", "compiled"},
                             {"rows", {5}},
                             {"own_checks", json::array()}}));
  EXPECT_THAT(statement_page(run), HasSubstr("no Windows has run this implementation yet"));
}

TEST(SignOffPage, shows_who_signs_what_and_why) {
  SampleRun run;
  const auto page = statement_page(run);
  for (const auto* text :
       {"Example &lt;minidriver&gt; 1.2", "CN=R. Roe,O=Example &amp; Sons", "2026-11-27 10:00:00 UTC",
        "20261124-093012-5f3c", "2 cells deviate, 1 control is broken", "Exit code 1",
        "the card&#39;s vendor &lt;knows&gt;", "6 cells signed by exception", "driver 1.2 is &lt;late&gt;",
        "a domain controller", "w: basecsp.dll", "waiver for */nothing matches no cell",
        "openssl cms -verify"})
    EXPECT_THAT(page, HasSubstr(text));
  EXPECT_THAT(page, HasSubstr(std::string(64, 'f')));
}

TEST(SignOffPage, says_plainly_that_nothing_is_wrong_only_when_nothing_is) {
  RoutineRun routine(1);
  auto sign_off = sample_sign_off();
  sign_off.exceptions.clear();
  EXPECT_THAT(statement_page(routine, sign_off), HasSubstr("class=\"banner good\""));
  EXPECT_THAT(statement_page(routine, sign_off), HasSubstr("Every covered cell was run."));
  SampleRun sample;
  EXPECT_THAT(statement_page(sample), Not(HasSubstr("banner good")));
  sample.judgement.exit_code = 0;
  EXPECT_THAT(statement_page(sample), Not(HasSubstr("banner good"))) << "signed by exception";
  routine.record.end = RunEnd::interrupted;
  EXPECT_THAT(statement_page(routine, sign_off), Not(HasSubstr("banner good")));
  EXPECT_THAT(statement_page(routine, sign_off), HasSubstr("The run did not reach its end."));
}

TEST(SignOffPage, hostile_text_in_every_field_adds_no_element) {
  SampleRun run;
  const auto before = statement_page(run);
  const auto hostile = std::string(kHostile) + "\"><img src=x onerror=alert(1)>";
  auto sign_off = sample_sign_off();
  sign_off.product = sign_off.version = sign_off.signer = sign_off.fingerprint = sign_off.judged_as_of =
      hostile;
  for (auto& e : sign_off.exceptions) e.owner = e.reason = hostile;
  for (auto& s : sign_off.subjects) s.kind = s.name = s.id = s.sha256 = hostile;
  for (auto& v : run.judgement.cells) {
    v.reason = hostile;
    if (v.waiver) v.waiver->owner = v.waiver->reason = v.waiver->expires = hostile;
  }
  for (auto& c : run.record.plan.cells) {
    c.words = hostile;
    if (!c.not_covered.empty()) c.not_covered = hostile;
  }
  for (auto& a : run.record.attempts) a.observation.message = a.observation.cause = hostile;
  for (auto& [key, value] : run.record.info.environment) value = hostile;
  run.record.info.id = run.record.info.harness_version = run.judgement.headline = hostile;
  run.record.plan.matrix.name = run.record.plan.matrix.file = run.record.plan.warnings[0] = hostile;
  const auto after = statement_page(run, sign_off);
  EXPECT_THAT(after, Not(HasSubstr("<img")));
  EXPECT_THAT(after, Not(HasSubstr("<script")));
  EXPECT_THAT(after, Not(HasSubstr("\x1b")));
  EXPECT_LE(occurrences(after, "<"), occurrences(before, "<"));
}

TEST(SignOffPage, asks_for_nothing_from_elsewhere_and_runs_nothing) {
  SampleRun run;
  const auto page = statement_page(run);
  for (const auto* text : {"http:", "https:", "<link", "url(", "@import", "<script", "<img", "src=", "href="})
    EXPECT_THAT(page, Not(HasSubstr(text)));
}

TEST(SignOffPage, grows_by_a_line_for_each_machine) {
  RoutineRun small(1), large(21);
  ASSERT_GT(large.record.plan.cells.size(), 1000u);
  EXPECT_LT(statement_page(large).size(), statement_page(small).size() + 20 * 3 * 700);
}

TEST(SignOffPage, missing_templates_are_named) {
  SampleRun run;
  const TempDir empty(std::filesystem::temp_directory_path(), "smx-no-templates-");
  const auto sign_off = sample_sign_off();
  try {
    sign_off_html(make_statement(run.input(), sign_off), empty.path());
    FAIL() << "made a page from nothing";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    EXPECT_THAT(e.what(), HasSubstr(empty.path().string()));
  }
}

TEST(SignOffPage, every_template_escapes) {
  int templates = 0;
  for (const auto& file : std::filesystem::directory_iterator(data_dir() / "signoff")) {
    if (file.path().extension() != ".tpl") continue;
    ++templates;
    const auto text = read_file(file.path());
    EXPECT_TRUE(text.starts_with("{{%AUTOESCAPE context=\"HTML\"}}\n")) << file.path();
    EXPECT_THAT(text, Not(::testing::ContainsRegex("\\{\\{[A-Z_]+:none"))) << file.path();
  }
  EXPECT_EQ(templates, 2);
}

}  // namespace
}  // namespace smx::testing
