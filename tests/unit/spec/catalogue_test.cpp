#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

using testing::HasSubstr;

class CatalogueFolder : public testing::Test {
 protected:
  /// `row` 0: a check of one's own.
  void add(const std::string& id, int row, const std::string& more = "") {
    files_.write("c/" + id + ".json",
                 "{\"format\": 1, \"id\": \"" + id + "\"" +
                     (row == 0 ? "" : ", \"row\": " + std::to_string(row)) +
                     ", \"words\": \"w\", \"summary\": \"s\", \"changes\": \"nothing\",\n" + more +
                     (more.empty() ? "" : ",\n") + kWaiting + "}");
  }
  std::string refused() {
    return refusal([&] { load_catalogue(files_.path("c"), kVerifiers); });
  }

  static constexpr const char* kWaiting = "\"targets\": {\"windows\": {\"waits_for\": \"the agent\"}}";
  Files files_;
};

TEST_F(CatalogueFolder, is_read_in_row_order) {
  add("b", 7);
  add("z", 2);
  add("a", 16);
  const auto catalogue = load_catalogue(files_.path("c"), kVerifiers);
  ASSERT_EQ(catalogue.scenarios.size(), 3u);
  EXPECT_EQ(catalogue.scenarios[0].id, "z");
  EXPECT_EQ(catalogue.scenarios[2].id, "a");
}

TEST_F(CatalogueFolder, puts_checks_of_ones_own_after_the_documents_rows_by_id) {
  add("own-b", 0);
  add("z", 16);
  add("own-a", 0);
  const auto catalogue = load_catalogue(files_.path("c"), kVerifiers);
  ASSERT_EQ(catalogue.scenarios.size(), 3u);
  EXPECT_EQ(catalogue.scenarios[0].id, "z");
  EXPECT_EQ(catalogue.scenarios[1].id, "own-a");
  EXPECT_EQ(catalogue.scenarios[2].id, "own-b");
  EXPECT_EQ(catalogue.scenarios[2].row, kOwnCheck);
}

TEST_F(CatalogueFolder, refuses_zero_as_a_row) {
  add("a", 0, "\"row\": 0");
  EXPECT_THAT(refused(), HasSubstr("a whole number from 1 to 16 was expected"));
}

TEST_F(CatalogueFolder, lists_what_its_verifiers_report) {
  add("a", 1, R"("verify": ["card-restored"], "checks": ["card-restored"])");
  EXPECT_EQ(refused(),
            "c/a.json:2:12 (/verify/0): \"card-restored\" reports the check \"card-saw-change\", which "
            "\"checks\" does not list");
  add("a", 1, R"("verify": ["card-restored"], "checks": ["card-restored", "card-saw-change"])");
  EXPECT_NO_THROW(load_catalogue(files_.path("c"), kVerifiers));
}

TEST_F(CatalogueFolder, gives_a_scenario_its_defaults) {
  add("a", 1);
  const auto scenario = load_catalogue(files_.path("c"), kVerifiers).scenarios.at(0);
  EXPECT_EQ(scenario.state, StartState::unjoined);
  EXPECT_EQ(scenario.time_limit, Milliseconds(30000));
  EXPECT_EQ(scenario.steps, (std::vector<ScenarioStep>{{ScenarioStep::Kind::agent, "main"}}));
  EXPECT_EQ(scenario.targets.at(TargetKind::windows).waits_for, "the agent");
}

TEST_F(CatalogueFolder, reads_a_whole_scenario) {
  files_.write("c/x.json", R"({
    "$schema": "s", "format": 1, "id": "x", "row": 6, "words": "W", "summary": "S", "state": "joined",
    "needs": ["tls-server"], "credentials": ["pin", "puk"], "changes": "card", "time_limit_ms": 45000,
    "checks": ["one", "two", "card-saw-change", "card-restored"],
    "steps": [{"do": "agent", "phase": "p1"}, {"do": "remove-card"}, {"do": "insert-card"}, {"do": "agent"}],
    "verify": ["card-restored"],
    "targets": {"reference-linux": {"agent": "x", "proven": "real"}},
    "notes": "N"})");
  const auto x = load_catalogue(files_.path("c"), kVerifiers).scenarios.at(0);
  EXPECT_EQ(x.row, 6);
  EXPECT_EQ(x.state, StartState::joined);
  EXPECT_EQ(x.needs, (std::vector<std::string>{"tls-server"}));
  EXPECT_EQ(x.credentials, (std::vector<std::string>{"pin", "puk"}));
  EXPECT_EQ(x.changes, Changes::card);
  EXPECT_EQ(x.time_limit, Milliseconds(45000));
  using Kind = ScenarioStep::Kind;
  EXPECT_EQ(x.steps,
            (std::vector<ScenarioStep>{
                {Kind::agent, "p1"}, {Kind::remove_card}, {Kind::insert_card}, {Kind::agent, "main"}}));
  EXPECT_EQ(x.verify, (std::vector<std::string>{"card-restored"}));
  EXPECT_EQ(x.targets.at(TargetKind::reference_linux), (ScenarioOnTarget{"x", "", "real"}));
  EXPECT_EQ(x.notes, "N");
}

TEST_F(CatalogueFolder, tells_the_problems_of_all_its_files) {
  add("a", 1, "\"chekcs\": []");
  add("b", 1);
  files_.write("c/d.json", "{");
  files_.write("c/e.json",
               "{\"format\": 1, \"id\": \"f\", \"row\": 99, \"words\": \"\", \"summary\": \"s\", "
               "\"changes\": \"all\", \"targets\": {}}");
  EXPECT_EQ(
      refused(),
      "c/a.json:2:1 (/chekcs): a scenario has no key \"chekcs\"; did you mean \"checks\"?\n"
      "c/b.json:1:33 (/row): row 1 is already \"a\"\n"
      "c/d.json:1:2: the file ends inside the object that begins at 1:1; a \"}\" is missing\n"
      "c/e.json:1:21 (/id): a scenario's file is called after its id: \"e\", or rename the file\n"
      "c/e.json:1:33 (/row): a whole number from 1 to 16 was expected, not the number 99\n"
      "c/e.json:1:46 (/words): \"words\" may not be empty\n"
      "c/e.json:1:77 (/changes): \"all\" is no kind of change; expected \"nothing\", \"card\", \"guest\" or "
      "\"domain\"");
}

struct BadScenarioSample {
  const char* name;
  const char* fields;
  const char* part;  ///< of the message
};

class BadScenario : public CatalogueFolder, public testing::WithParamInterface<BadScenarioSample> {};

TEST_P(BadScenario, is_refused) {
  add("a", 1, GetParam().fields);
  EXPECT_NE(refused().find(GetParam().part), std::string::npos) << refused();
}

INSTANTIATE_TEST_SUITE_P(
    Samples, BadScenario,
    testing::Values(
        BadScenarioSample{"service", "\"needs\": [\"tls-sever\"]",
                          "\"tls-sever\" is no service; did you mean \"tls-server\"?"},
        BadScenarioSample{"credential", "\"credentials\": [\"password\"]",
                          "\"password\" is no credential; expected \"pin\""},
        BadScenarioSample{"verifier", "\"verify\": [\"signatur\"]", "did you mean \"signature\"?"},
        BadScenarioSample{"check_id", "\"checks\": [\"Wrong Pin\"]", "\"Wrong Pin\" is no id"},
        BadScenarioSample{"check_twice", "\"checks\": [\"a\", \"a\"]", "\"a\" is listed twice"},
        BadScenarioSample{"step", "\"steps\": [{\"do\": \"inject-card\"}]",
                          "\"inject-card\" is no step; did you mean"},
        BadScenarioSample{"step_phase",
                          "\"steps\": [{\"do\": \"agent\"}, {\"do\": \"remove-card\", \"phase\": \"x\"}]",
                          "a step \"remove-card\" has no \"phase\""},
        BadScenarioSample{"no_agent_step", "\"steps\": [{\"do\": \"remove-card\"}]",
                          "no step runs the agent"},
        BadScenarioSample{"no_steps", "\"steps\": []", "this list is empty"},
        BadScenarioSample{"state", "\"state\": \"joind\"",
                          "\"joind\" is no starting state; did you mean \"joined\"?"},
        BadScenarioSample{"time_limit", "\"time_limit_ms\": 10", "from 1000 to 3600000"}),
    [](const auto& sample) { return std::string(sample.param.name); });

constexpr auto kAtTheScreen = R"({"checks": ["on-screen"], "steps": [{"do": "agent", "phase": "open"},
    {"do": "press", "keys": "ctrl+alt+delete"}, {"do": "type", "credential": "pin"}, {"do": "agent"},
    {"do": "picture", "name": "end"}]})";

std::string with_screen(const std::string& screen, const std::string& credentials = "[\"pin\"]") {
  return R"({"format": 1, "id": "a", "row": 1, "words": "w", "summary": "s", "checks": ["c"],
    "changes": "nothing", "credentials": )" +
         credentials + R"(,
    "targets": {"windows": {"agent": "a", "proven": "compiled", "screen": )" +
         screen + "}}}";
}

TEST_F(CatalogueFolder, reads_what_is_done_at_the_screen) {
  files_.write("c/a.json", with_screen(kAtTheScreen));
  const auto a = load_catalogue(files_.path("c"), kVerifiers).scenarios.at(0);
  const auto& screen = a.targets.at(TargetKind::windows).screen;
  ASSERT_TRUE(screen);
  EXPECT_EQ(screen->checks, (std::vector<std::string>{"on-screen"}));
  EXPECT_EQ(screen->time_limit, Milliseconds(120000));
  using Kind = ScenarioStep::Kind;
  EXPECT_EQ(screen->steps, (std::vector<ScenarioStep>{{Kind::agent, "open"},
                                                      {Kind::press, "ctrl+alt+delete"},
                                                      {Kind::type, "pin"},
                                                      {Kind::agent, "main"},
                                                      {Kind::picture, "end"}}));
}

TEST_F(CatalogueFolder, refuses_a_screen_that_could_not_be_used_or_would_show_a_secret) {
  const auto refused_screen = [&](const std::string& screen, const std::string& credentials = "[\"pin\"]") {
    files_.write("c/a.json", with_screen(screen, credentials));
    return refused();
  };
  const auto steps = [](const std::string& some) {
    return "{\"checks\": [\"k\"], \"steps\": [{\"do\": \"agent\"}, " + some + "]}";
  };
  EXPECT_THAT(refused_screen(kAtTheScreen, "[]"), HasSubstr("types \"pin\", which \"credentials\" does not"));
  EXPECT_THAT(refused_screen(steps(R"({"do": "press", "keys": "any"})")),
              HasSubstr("there is no key \"any\""));
  EXPECT_THAT(refused_screen(steps(R"({"do": "press"})")), HasSubstr("\"keys\""));
  EXPECT_THAT(refused_screen(steps(R"({"do": "type", "credential": "puk"})")), HasSubstr("expected \"pin\""));
  EXPECT_THAT(refused_screen(steps(R"({"do": "remove-card"})")), HasSubstr("\"remove-card\" is no step"));
  EXPECT_THAT(refused_screen(steps(R"({"do": "type", "credential": "pin"}, {"do": "picture", "name": "p"})")),
              HasSubstr("could show what was typed"));
  EXPECT_THAT(refused_screen(R"({"checks": ["c"], "steps": [{"do": "agent"}]})"),
              HasSubstr("both the scenario's and its screen's on windows"));
  EXPECT_THAT(refused_screen(R"({"checks": [], "steps": [{"do": "agent"}]})"), HasSubstr("empty"));
  EXPECT_THAT(refused_screen(R"({"checks": ["k"]})"), HasSubstr("\"steps\""));
}

TEST_F(CatalogueFolder, wants_an_agent_or_what_it_waits_for) {
  const auto refused_target = [&](const std::string& target) {
    files_.write(
        "c/a.json",
        "{\"format\": 1, \"id\": \"a\", \"row\": 1, \"words\": \"w\", \"summary\": \"s\", \"checks\": "
        "[\"c\"], \"changes\": \"nothing\", \"targets\": {\"windows\": " +
            target + "}}");
    return refused();
  };
  EXPECT_NE(refused_target("{}").find("either \"agent\""), std::string::npos);
  EXPECT_NE(refused_target(R"({"agent": "a", "waits_for": "x", "proven": "real"})").find("either \"agent\""),
            std::string::npos);
  EXPECT_NE(refused_target(R"({"agent": "a"})").find("how far it was tried"), std::string::npos);
  EXPECT_NE(refused_target(R"({"agent": "a", "proven": "surely"})").find("is no degree of proof"),
            std::string::npos);
  EXPECT_NE(refused_target(R"({"waits_for": ""})").find("may not be empty"), std::string::npos);
  EXPECT_NE(refused_target(R"({"waits_for": "x", "proven": "real"})").find("nothing is proven"),
            std::string::npos);
}

TEST_F(CatalogueFolder, wants_checks_of_what_is_implemented) {
  files_.write(
      "c/a.json",
      "{\"format\": 1, \"id\": \"a\", \"row\": 1, \"words\": \"w\", \"summary\": \"s\", \"changes\": "
      "\"nothing\", \"targets\": {\"windows\": {\"agent\": \"a\", \"proven\": \"real\"}}}");
  EXPECT_NE(refused().find("lists in \"checks\""), std::string::npos);
}

TEST_F(CatalogueFolder, knows_the_faults_that_a_card_can_have) {
  const auto with_fault = [&](const std::string& fault) {
    files_.write("c/a.json",
                 R"({"format": 1, "id": "a", "row": 1, "words": "w", "summary": "s", "changes": "nothing",
                     "checks": ["x"], "steps": [{"do": "card-fault", "fault": ")" +
                     fault + R"("}, {"do": "agent"}],
                     "targets": {"windows": {"agent": "a", "proven": "real"}}})");
  };
  with_fault("slow:500");
  EXPECT_EQ(load_catalogue(files_.path("c"), kVerifiers).scenarios.at(0).steps.at(0).what, "slow:500");
  with_fault("none");
  EXPECT_NO_THROW(load_catalogue(files_.path("c"), kVerifiers));
  with_fault("slow:fast");
  EXPECT_NE(refused().find("\"slow:fast\" is no fault that a card can have; write one of removal"),
            std::string::npos)
      << refused();
}

TEST_F(CatalogueFolder, has_plug_and_play_checks_among_its_checks_only) {
  const auto with = [&](const std::string& ids) {
    files_.write("c/a.json",
                 R"({"format": 1, "id": "a", "row": 1, "words": "w", "summary": "s", "changes": "nothing",
                     "checks": ["reader", "driver"], "plug_and_play_checks": [)" +
                     ids + R"(], "targets": {"windows": {"agent": "a", "proven": "real"}}})");
  };
  with(R"("driver")");
  EXPECT_EQ(load_catalogue(files_.path("c"), kVerifiers).scenarios.at(0).plug_and_play_checks,
            std::vector<std::string>{"driver"});
  with(R"("drivers")");
  EXPECT_NE(refused().find("\"drivers\" is no check of this scenario; did you mean \"driver\"?"),
            std::string::npos)
      << refused();
}

TEST_F(CatalogueFolder, that_is_missing_or_empty_is_refused_by_name) {
  EXPECT_NE(refused().find("the scenario folder cannot be read"), std::string::npos);
  std::filesystem::create_directories(files_.path("c"));
  EXPECT_NE(refused().find("no scenario file (*.json)"), std::string::npos);
}

}  // namespace
}  // namespace smx::spec
