#include "reports/json/json_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/core/files.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/json_schema.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

json schema() {
  return json::parse(read_file(source_dir() / "scenarios/schema/report.schema.json"));
}

TEST(JsonReport, fits_its_published_schema) {
  SampleRun run;
  EXPECT_THAT(schema_faults(schema(), json::parse(json_report(run.input()))), IsEmpty());
  RoutineRun routine(2);
  EXPECT_THAT(schema_faults(schema(), json::parse(json_report(routine.input()))), IsEmpty());
}

TEST(JsonReport, tells_of_windows_targets_and_what_was_predicted_of_them_as_published) {
  SampleRun run;
  auto& target = run.record.plan.matrix.targets[0];
  target.kind = TargetKind::windows;
  target.drivers = {{"a.inf", "a.cer"}};
  run.record.info.predictions = {
      {target.id, {"s", 10, BootMode::safe_networking, Outcome::failed, "not-in-safeboot", "why"}}};
  const auto report = json::parse(json_report(run.input()));
  EXPECT_THAT(schema_faults(schema(), report), IsEmpty());
  EXPECT_EQ(report["run"]["predictions"][0]["cause"], "not-in-safeboot");
  EXPECT_EQ(report["matrix"]["targets"][0]["drivers"][0]["inf"], "a.inf");
}

TEST(JsonReport, says_of_a_cell_that_passed_whether_it_did_so_at_the_screen_too) {
  RoutineRun run(1);
  auto& plan = run.record.plan;
  auto& attempt = *std::find_if(run.record.attempts.begin(), run.record.attempts.end(),
                                [](const Attempt& a) { return a.observation.outcome == Outcome::passed; });
  const auto& id = attempt.cell;
  auto& scenario = *std::find_if(plan.catalogue.scenarios.begin(), plan.catalogue.scenarios.end(),
                                 [&](const Scenario& s) { return s.id == id.scenario; });
  const auto proved = [&] {
    const auto report = json::parse(json_report(run.input()));
    EXPECT_THAT(schema_faults(schema(), report), IsEmpty());
    for (const auto& cell : report["cells"])
      if (cell["id"] == id.str()) return cell.value("proved_by", json());
    return json("no such cell");
  };
  EXPECT_TRUE(proved().is_null()) << "a scenario without a screen has no two ways";
  auto& target = plan.matrix.targets[0];
  scenario.targets[target.kind].screen = ScreenPart{{{ScenarioStep::Kind::agent, "x"}}, {"on-screen"}};
  target.screen = false;
  EXPECT_EQ(proved(), json({"api"}));
  target.screen = true;
  EXPECT_EQ(proved(), json({"api"})) << "its check is not there";
  attempt.observation.checks.push_back({"on-screen", Outcome::passed, "", "", "agent"});
  EXPECT_EQ(proved(), json({"api", "screen"}));
  attempt.observation.outcome = Outcome::failed;
  EXPECT_TRUE(proved().is_null());
}

TEST(JsonReport, fits_its_schema_before_the_run_ended) {
  SampleRun run;
  run.record.end = RunEnd::unfinished;
  run.record.attempts.clear();
  run.record.boots.clear();
  const auto report = json::parse(json_report(run.input()));
  EXPECT_THAT(schema_faults(schema(), report), IsEmpty());
  EXPECT_TRUE(report["ended"].is_null());
}

TEST(JsonReport, schema_refuses_what_is_no_report) {
  SampleRun run;
  const auto good = json::parse(json_report(run.input()));
  const auto faults_with = [&](const char* pointer, const json& value) {
    auto bad = good;
    bad[json::json_pointer(pointer)] = value;
    return schema_faults(schema(), bad);
  };
  EXPECT_THAT(faults_with("/format", 2), ElementsAre("/format: is not 1"));
  EXPECT_THAT(faults_with("/extra", 1), ElementsAre("/: has an unknown \"extra\""));
  EXPECT_THAT(faults_with("/cells/0/verdict", "fine"), ElementsAre("/cells/0/verdict: is none of the words"));
  EXPECT_THAT(faults_with("/cells/0/outcome", 3), ElementsAre("/cells/0/outcome: fits no alternative"));
  EXPECT_THAT(faults_with("/run/started", "today"), ElementsAre(HasSubstr("/run/started: does not match")));
  EXPECT_THAT(faults_with("/summary/counts/great", 1),
              ElementsAre("/summary/counts/great: is none of the words"));
  EXPECT_THAT(faults_with("/boots/0/to_agent_ms", -1), ElementsAre("/boots/0/to_agent_ms: is too small"));
  auto without = good;
  without["attempts"][0].erase("cell");
  EXPECT_THAT(schema_faults(schema(), without), ElementsAre("/attempts/0: lacks \"cell\""));
}

TEST(JsonReport, has_every_cell_with_its_verdict_in_plan_order) {
  SampleRun run;
  const auto report = json::parse(json_report(run.input()));
  ASSERT_EQ(report["cells"].size(), run.record.plan.cells.size());
  for (std::size_t i = 0; i < run.record.plan.cells.size(); ++i) {
    EXPECT_EQ(report["cells"][i]["id"], run.record.plan.cells[i].id.str());
    EXPECT_EQ(report["cells"][i]["verdict"], std::string(name(run.judgement.cells[i].verdict)));
  }
  EXPECT_EQ(report["attempts"].size(), run.record.attempts.size());
  EXPECT_EQ(report["boots"].size(), 3u);
}

TEST(JsonReport, groups_name_their_cells) {
  SampleRun run;
  const auto groups = json::parse(json_report(run.input()))["groups"];
  EXPECT_EQ(groups[0]["cells"][0], "reference-linux/normal/virtual/unlock-workstation");
}

TEST(JsonReport, survives_bytes_that_are_no_utf8) {
  SampleRun run;
  run.record.attempts[0].observation.message = "\xff\xfe";
  EXPECT_EQ(json::parse(json_report(run.input()))["attempts"][0]["observation"]["message"], "\uFFFD\uFFFD");
}

TEST(JsonReport, reads_no_evidence) {
  SampleRun run;
  json_report(run.input());
  EXPECT_THAT(run.evidence.asked, IsEmpty());
}

}  // namespace
}  // namespace smx::testing
