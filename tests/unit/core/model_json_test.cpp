#include "harness/core/model/model_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace smx {
namespace {

Plan sample_plan() {
  Plan p;
  p.matrix.name = "m";
  p.matrix.targets = {{"t",
                       TargetKind::windows,
                       "img",
                       "tab",
                       false,
                       ModeSwitch::online,
                       true,
                       {{"a.inf", "a.cer"}, {"", "", "b.msi"}}}};
  p.matrix.modes = {BootMode::normal, BootMode::safe_networking};
  p.matrix.cards = {{"c",
                     CardApplication::gids,
                     CardSolution::custom_ksp,
                     "p256",
                     "card.json",
                     {"env", "PIN"},
                     {"credential", "puk"},
                     "cert.pem",
                     true}};
  p.matrix.readers = {{"r", ReaderKind::pcsc_relay, "c", "Yubico"}};
  auto& lab = p.matrix.lab;
  lab.domain.kind = LabKind::external;
  lab.domain.realm = "CORP.EXAMPLE";
  lab.domain.domain = "corp.example";
  lab.domain.user = "jdoe";
  lab.domain.other_user = "nobody";
  lab.domain.kdc = {"192.0.2.1", 88, "dc1.corp.example"};
  lab.domain.web = {"web", 8080, "web.corp.example"};
  lab.domain.share = R"(\\fs.corp.example\share)";
  lab.ca = "ca.pem";
  lab.crl = "crl.pem";
  lab.join_user = "joiner";
  lab.join_password = {"env", "JOIN"};
  p.matrix.scenarios = {"s"};
  p.matrix.attempts = 3;
  p.matrix.waivers = {{"*", "Ada", "why", "2026-12-31"}};
  Scenario s;
  s.id = "s";
  s.row = 6;
  s.words = "words";
  s.state = StartState::joined;
  s.needs = {"tls-server"};
  s.changes = Changes::card;
  s.checks = {"one", "two"};
  s.plug_and_play_checks = {"two"};
  s.steps = {{ScenarioStep::Kind::agent, "main"},
             {ScenarioStep::Kind::remove_card},
             {ScenarioStep::Kind::insert_card},
             {ScenarioStep::Kind::card_fault, "dead"}};
  s.targets[TargetKind::windows] = {"agent", "", "compiled"};
  s.targets[TargetKind::windows].screen = ScreenPart{{{ScenarioStep::Kind::press, "win+l"},
                                                      {ScenarioStep::Kind::type, "pin"},
                                                      {ScenarioStep::Kind::agent, "screen-result"},
                                                      {ScenarioStep::Kind::picture, "unlocked"}},
                                                     {"three"},
                                                     Milliseconds(5000)};
  p.catalogue.scenarios = {s};
  TableMark mark{Mark::supported, MarkSource::inferred, "why",
                 Confirmation{"Ada", "2026-01-01", "page", Mark::not_supported}};
  p.tables["tab"] = {"tab",
                     "doc",
                     "section",
                     {"Windows 7"},
                     {{BootMode::safe_minimal, mark}},
                     {{6, "s", "words", {{BootMode::safe_networking, mark}}}}};
  p.cells = {{{"t", BootMode::safe_networking, "r", "s"}, 6, "words", "", true}};
  p.groups = {{"t/safe-networking/r", "t", StartState::joined, BootMode::safe_networking, "r", {0}}};
  p.warnings = {"careful"};
  p.estimate = Milliseconds(1234);
  return p;
}

TEST(ModelJson, reads_back_the_plan_it_wrote) {
  const auto plan = sample_plan();
  const auto back = plan_from_json(nlohmann::json::parse(to_json(plan).dump()));
  EXPECT_EQ(back.matrix, plan.matrix);
  EXPECT_EQ(back.catalogue.scenarios, plan.catalogue.scenarios);
  EXPECT_EQ(back.tables, plan.tables);
  EXPECT_EQ(back.cells, plan.cells);
  EXPECT_EQ(back.groups, plan.groups);
  EXPECT_EQ(back.warnings, plan.warnings);
  EXPECT_EQ(back.estimate, plan.estimate);
}

TEST(ModelJson, reads_back_a_plan_with_the_runs_own_lab_and_one_of_a_version_without_labs) {
  auto plan = sample_plan();
  plan.matrix.lab = {};
  auto written = to_json(plan);
  EXPECT_EQ(plan_from_json(written).matrix, plan.matrix);
  written["matrix"].erase("lab");
  EXPECT_EQ(plan_from_json(written).matrix, plan.matrix);
}

TEST(ModelJson, reads_a_windows_target_of_a_version_without_drivers) {
  auto written = to_json(sample_plan());
  for (const char* key : {"mode_switch", "drivers", "screen"}) written["matrix"]["targets"][0].erase(key);
  const auto target = plan_from_json(written).matrix.targets[0];
  EXPECT_EQ(target.mode_switch, ModeSwitch::offline);
  EXPECT_TRUE(target.drivers.empty());
}

TEST(ModelJson, reads_drivers_of_a_version_without_msi_packages) {
  const auto plan = sample_plan();
  auto written = to_json(plan);
  written["matrix"]["targets"][0]["drivers"][0].erase("msi");
  EXPECT_EQ(plan_from_json(written).matrix, plan.matrix);
}

TEST(ModelJson, reads_back_what_was_predicted) {
  RunInfo info{"id", parse_iso8601("2026-11-24T09:30:12.345Z"), "0.1.0", {{"qemu", "7.2"}}};
  EXPECT_EQ(run_info_from_json(to_json(info)), info);
  info.predictions = {{"t",
                       {"certificate-propagation", 10, BootMode::safe_networking, Outcome::failed,
                        "not-in-safeboot", "CertPropSvc is not on the list"}}};
  EXPECT_EQ(run_info_from_json(to_json(info)), info);
  EXPECT_EQ(info.prediction({"t", BootMode::safe_networking, "r", "certificate-propagation"}),
            &info.predictions[0].prediction);
  EXPECT_EQ(info.prediction({"t", BootMode::normal, "r", "certificate-propagation"}), nullptr);
  EXPECT_EQ(info.prediction({"u", BootMode::safe_networking, "r", "certificate-propagation"}), nullptr);
}

TEST(ModelJson, reads_back_what_was_left_out_as_unchanged) {
  RunInfo info{"id", parse_iso8601("2026-11-24T09:30:12.345Z"), "0.1.0", {}};
  EXPECT_FALSE(to_json(info).contains("unchanged"));
  info.unchanged = {{{"t", BootMode::safe_networking, "r", "s"},
                     "an earlier run",
                     Outcome::failed,
                     "not-in-safeboot",
                     "key"}};
  EXPECT_EQ(run_info_from_json(to_json(info)), info);
}

TEST(ModelJson, reads_back_boots_and_observations) {
  const Evidence evidence{"console.log", std::string(64, 'a'), 5, "text/plain", true};
  const Boot boot{"g",
                  2,
                  parse_iso8601("2026-11-24T09:30:12.345Z"),
                  parse_iso8601("2026-11-24T09:30:13.000Z"),
                  Milliseconds(77),
                  {true, {{"n", "e", "a", true, "agent"}}},
                  {},
                  "trouble",
                  {evidence}};
  EXPECT_EQ(boot_from_json(to_json(boot)), boot);
  const Observation o{Outcome::guest_crashed,
                      "cause",
                      "message",
                      {{"id", Outcome::failed, "c", "m", "controller"}},
                      {evidence}};
  EXPECT_EQ(observation_from_json(to_json(o)), o);
}

TEST(ModelJson, refuses_what_it_did_not_write) {
  auto j = to_json(sample_plan());
  j["matrix"]["modes"][0] = "sideways";
  EXPECT_THROW(plan_from_json(j), Error);
  j = to_json(sample_plan());
  j["matrix"]["lab"]["kind"] = "internal";
  EXPECT_THROW(plan_from_json(j), Error);
  EXPECT_THROW(plan_from_json(nlohmann::json::object()), Error);
  EXPECT_THROW(observation_from_json(nlohmann::json::array()), Error);
}

TEST(LabDescription, is_told_to_the_agent_with_its_kind_and_share_and_no_account_that_joins) {
  const auto lab = sample_plan().matrix.lab;
  const auto told = to_json(lab.domain);
  EXPECT_EQ(told.at("kind"), "external");
  EXPECT_EQ(told.at("share"), lab.domain.share);
  EXPECT_EQ(told.at("kdc"),
            (nlohmann::json{{"host", "192.0.2.1"}, {"port", 88}, {"name", "dc1.corp.example"}}));
  EXPECT_EQ(told.dump().find("join"), std::string::npos);
  EXPECT_EQ(to_json(LabDescription{}).at("kind"), "loopback");
}

TEST(LabDescription, has_a_label_for_the_record) {
  EXPECT_EQ(label(LabDescription{}), "loopback");
  EXPECT_EQ(label(sample_plan().matrix.lab.domain), "external CORP.EXAMPLE");
}

TEST(Iso8601, goes_there_and_back) {
  const auto t = parse_iso8601("2026-02-28T23:59:59.999Z");
  EXPECT_EQ(iso8601(t), "2026-02-28T23:59:59.999Z");
  EXPECT_EQ(iso8601(t + Milliseconds(1)), "2026-03-01T00:00:00.000Z");
  EXPECT_THROW(parse_iso8601("yesterday"), Error);
}

}  // namespace
}  // namespace smx
