#include <future>

#include "tests/unit/run/engine_fixture.h"

namespace smx::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The events as words, to see their order.
class Recorder : public RunListener {
 public:
  std::vector<std::string> events;
  void run_started(const RunRecord&, bool resumed) override { events.push_back(resumed ? "resumed" : "run"); }
  void boot_started(const BootGroup& g, int n) override {
    events.push_back("boot " + g.id + " " + std::to_string(n));
  }
  void attempt_started(const BootGroup&, const Attempt& a) override {
    events.push_back("try " + a.cell.scenario);
  }
  void attempt_ended(const BootGroup&, const Attempt& a) override {
    events.push_back(a.cell.scenario + " " + std::string(name(a.observation.outcome)));
  }
  void boot_ended(const BootGroup&, const Boot&) override { events.push_back("end"); }
};

TEST_F(EngineTest, runs_every_cell_in_one_boot_a_group_and_leaves_nothing_running) {
  Recorder recorder;
  run({&recorder});
  EXPECT_THAT(recorder.events,
              ElementsAre("run", "boot t/normal/r 1", "try a", "a passed", "try b", "b passed", "try c",
                          "c passed", "end", "boot t/safe-networking/r 1", "try a", "a passed", "try b",
                          "b passed", "try c", "c passed", "end"));
  EXPECT_EQ(record.end, RunEnd::completed);
  EXPECT_THAT(hypervisor.running(), IsEmpty());
  EXPECT_THAT(std::filesystem::is_empty(dir.path() / "w"), true);
  EXPECT_THAT(std::filesystem::is_empty(dir.path() / "s"), true);
}

TEST_F(EngineTest, runs_groups_side_by_side_when_there_are_slots) {
  slots = 2;
  // Each machine's first scenario waits until both machines are up: with one worker this would never end.
  std::promise<void> both;
  auto ready = both.get_future().share();
  std::atomic<int> up{0};
  director = [&](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["a"] = [&](const vm::GuestCommand& c, vm::FakeGuest& g) {
      if (++up == 2) both.set_value();
      ready.wait();
      return fake::passes()(c, g);
    };
    return script;
  };
  run();
  EXPECT_EQ(record.attempts.size(), 6u);
}

TEST_F(EngineTest, puts_the_agent_into_every_boot_and_restores_the_card_after_every_scenario) {
  run();
  EXPECT_THAT(hypervisor.log(), testing::Contains(HasSubstr("put /run/agent")).Times(2));
  const auto asked = readers.asked();
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "restore"), 6);
}

TEST_F(EngineTest, keeps_evidence_of_boots_and_attempts) {
  run();
  std::vector<std::string> names;
  for (const auto& e : record.boots[0].evidence) names.push_back(e.name);
  EXPECT_THAT(names, ElementsAre("facts.json", "domain.xml", "console.log"));
  names.clear();
  for (const auto& e : record.attempts[0].observation.evidence) names.push_back(e.name);
  EXPECT_THAT(names, ElementsAre("agent-main.json", "apdu-trace.txt"));
  for (const auto& e : record.attempts[0].observation.evidence)
    EXPECT_EQ(read_file(dir.path() / "evidence" / e.sha256).size(), e.size);
}

TEST_F(EngineTest, tries_a_failure_again_in_a_fresh_boot_and_keeps_both_attempts) {
  int boots = 0;
  director = [&](const vm::MachineSpec& spec) {
    auto script = good(spec);
    if (spec.command_line == "normal" && ++boots == 1) script.handlers["b"] = fake::fails("odd");
    return script;
  };
  run();
  EXPECT_EQ(boots, 2);
  EXPECT_EQ(attempts(BootMode::normal, "a"), 1u);
  ASSERT_EQ(attempts(BootMode::normal, "b"), 2u);
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::passed);
  EXPECT_EQ(verdict::judge(record, {}).flaky, 1);
}

TEST_F(EngineTest, does_not_repeat_a_failure_that_the_table_expects) {
  record.plan.tables["table"].rows[1].marks[BootMode::safe_networking].mark = Mark::not_supported;
  director = [](const vm::MachineSpec& spec) {
    auto script = good(spec);
    if (spec.command_line != "normal") script.handlers["b"] = fake::fails("not-in-safeboot");
    return script;
  };
  run();
  EXPECT_EQ(attempts(BootMode::safe_networking, "b"), 1u);
  EXPECT_EQ(verdict::judge(record, {}).exit_code, 0);
}

TEST_F(EngineTest, walks_the_steps_of_a_scenario_and_gives_each_phase) {
  auto& a = record.plan.catalogue.scenarios[0];
  using Kind = ScenarioStep::Kind;
  a.steps = {{Kind::agent, "before"}, {Kind::remove_card}, {Kind::agent, "removed"}, {Kind::insert_card}};
  a.checks = {"before", "removed"};
  director = [](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["a"] = [](const vm::GuestCommand& c, vm::FakeGuest& g) {
      const auto phase = nlohmann::json::parse(c.input).at("phase").get<std::string>();
      return fake::reports({{{"id", phase}, {"outcome", "passed"}, {"cause", ""}, {"message", ""}}})(c, g);
    };
    return script;
  };
  run();
  EXPECT_EQ(last(BootMode::normal, "a").outcome, Outcome::passed);
  const auto asked = readers.asked();
  EXPECT_THAT(std::vector(asked.begin(), asked.begin() + 4),
              ElementsAre("open r", "remove", "insert", "restore"));
}

TEST_F(EngineTest, gives_the_agent_only_the_secrets_and_services_its_scenario_names) {
  auto& scenarios = record.plan.catalogue.scenarios;
  scenarios[0].credentials = {"pin"};
  scenarios[1].needs = {"tls-server"};
  std::map<std::string, nlohmann::json> inputs;
  director = [&](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["*"] = [&](const vm::GuestCommand& c, vm::FakeGuest& g) {
      inputs[c.argv.at(2)] = nlohmann::json::parse(c.input);
      EXPECT_THAT(c.argv, testing::Each(testing::Not(HasSubstr("24681357"))));
      return fake::passes()(c, g);
    };
    return script;
  };
  run();
  EXPECT_EQ(inputs["a"]["credentials"], (nlohmann::json{{"pin", "24681357"}}));
  EXPECT_FALSE(inputs["a"].contains("services"));
  EXPECT_FALSE(inputs["b"].contains("credentials"));
  EXPECT_EQ(inputs["b"]["services"]["tls-server"]["name"], "tls-server");
  EXPECT_FALSE(inputs["c"].contains("credentials"));
}

TEST_F(EngineTest, tells_the_agent_of_the_lab_in_one_piece_whatever_the_scenario_needs_of_it) {
  auto& scenarios = record.plan.catalogue.scenarios;
  scenarios[0].needs = {"certification-authority"};
  scenarios[1].needs = {"domain-controller", "network-resource"};
  std::map<std::string, nlohmann::json> inputs;
  director = [&](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["*"] = [&](const vm::GuestCommand& c, vm::FakeGuest& g) {
      inputs[c.argv.at(2)] = nlohmann::json::parse(c.input);
      return fake::passes()(c, g);
    };
    return script;
  };
  run();
  for (const auto* id : {"a", "b"}) {
    EXPECT_EQ(inputs[id]["lab"], (nlohmann::json{{"realm", "FAKE.TEST"}})) << id;
    EXPECT_FALSE(inputs[id].contains("services")) << id;
  }
  EXPECT_FALSE(inputs["c"].contains("lab"));
}

TEST_F(EngineTest, hides_a_secret_that_a_guest_gives_away) {
  director = [](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["a"] = fake::reports(
        {{{"id", "done"}, {"outcome", "passed"}, {"cause", ""}, {"message", "the PIN is 24681357"}}});
    return script;
  };
  run();
  EXPECT_EQ(last(BootMode::normal, "a").checks[0].message, "the PIN is [secret]");
  for (const auto& file : std::filesystem::directory_iterator(dir.path() / "evidence"))
    EXPECT_THAT(read_file(file.path()), testing::Not(HasSubstr("24681357")));
}

TEST_F(EngineTest, hides_every_secret_of_the_card_in_what_is_kept_of_a_boot) {
  readers.new_pin = Secret("13579135");
  const std::vector<std::string> given_away{"24681357", "86427531", "13579135",
                                            "000102030405060708090a0b0c0d0e0f1011121314151617"};
  director = [&](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.live_xml = "<domain>";
    for (const auto& secret : given_away) script.live_xml += "<secret>" + secret + "</secret>";
    script.live_xml += "</domain>";
    return script;
  };
  run();
  const auto& kept = record.boots.at(0).evidence;
  const auto xml =
      std::find_if(kept.begin(), kept.end(), [](const Evidence& e) { return e.name == "domain.xml"; });
  ASSERT_NE(xml, kept.end());
  EXPECT_THAT(read_file(dir.path() / "evidence" / xml->sha256), HasSubstr("<secret>[secret]</secret>"));
  for (const auto& file : std::filesystem::directory_iterator(dir.path() / "evidence"))
    for (const auto& secret : given_away)
      EXPECT_THAT(read_file(file.path()), testing::Not(HasSubstr(secret)));
}

/// Notes when it was told that the run ended, and what of it was known then.
struct EndListener : RunListener {
  EndListener(std::string own_name, std::vector<std::string>& all) : name(std::move(own_name)), told(all) {}
  void attempt_ended(const BootGroup&, const Attempt&) override {
    if (!refusal.empty()) throw Error(ErrorKind::environment, refusal);
  }
  void run_ended(const RunRecord& ended, const Judgement& judgement) override {
    told.push_back(name + ": " + std::string(smx::name(ended.end)) + ", " + judgement.headline);
  }
  std::string name;
  std::vector<std::string>& told;
  std::string refusal;
};

TEST_F(EngineTest, judges_the_whole_record_and_tells_every_listener_of_the_end_once_in_their_order) {
  std::vector<std::string> told;
  EndListener journal("journal", told), terminal("terminal", told);
  std::size_t attempts_judged = 0;
  const auto judgement =
      run_plan(record, resources(), {&journal, &terminal}, cancel, false, [&](const RunRecord& r) {
        attempts_judged = r.attempts.size();
        Judgement j;
        j.headline = "judged";
        return j;
      });
  EXPECT_EQ(attempts_judged, 6u);
  EXPECT_EQ(judgement.headline, "judged");
  EXPECT_THAT(told, ElementsAre("journal: completed, judged", "terminal: completed, judged"));
}

TEST_F(EngineTest, tells_of_no_end_when_a_listener_could_not_keep_what_happened) {
  std::vector<std::string> told;
  EndListener journal("journal", told);
  journal.refusal = "the disk is full";
  EXPECT_THROW(run({&journal}), Error);
  EXPECT_THAT(told, testing::IsEmpty());
}

TEST_F(EngineTest, boots_again_after_a_scenario_that_changes_the_guest) {
  record.plan.catalogue.scenarios[0].changes = Changes::guest;
  run();
  EXPECT_EQ(record.boots.size(), 4u);
  EXPECT_EQ(record.attempts.size(), 6u);
}

TEST_F(EngineTest, stops_when_cancelled_and_leaves_the_rest_for_resume) {
  director = [this](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["b"] = [this](const vm::GuestCommand&, vm::FakeGuest& g) {
      cancel.cancel();
      return g.block();
    };
    return script;
  };
  run();
  EXPECT_EQ(record.end, RunEnd::interrupted);
  EXPECT_EQ(record.attempts.size(), 1u);
  EXPECT_THAT(hypervisor.running(), IsEmpty());
}

TEST_F(EngineTest, ends_the_run_when_a_listener_cannot_go_on) {
  class Full : public RunListener {
    void attempt_ended(const BootGroup&, const Attempt&) override {
      throw Error(ErrorKind::environment, "disk full");
    }
  } full;
  slots = 2;
  EXPECT_THROW(run({&full}), Error);
  EXPECT_THAT(hypervisor.running(), IsEmpty());
}

TEST_F(EngineTest, a_driver_that_nothing_could_load_is_not_judged) {
  director = [](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["*"] = fake::fails("pnp-error");
    return script;
  };
  record.plan.matrix.cards[0].solution = CardSolution::custom_csp;
  record.plan.catalogue.scenarios[0].plug_and_play_checks = {"done"};
  run();
  EXPECT_EQ(last(BootMode::normal, "a").outcome, Outcome::not_applicable);
  EXPECT_EQ(last(BootMode::normal, "a").cause, "not-plug-and-play");
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::failed) << "not about the card's driver";
}

TEST_F(EngineTest, a_boot_in_which_a_card_failed_on_purpose_is_used_for_nothing_else) {
  record.plan.catalogue.scenarios[0].steps.insert(record.plan.catalogue.scenarios[0].steps.begin(),
                                                  {ScenarioStep::Kind::card_fault, "dead"});
  run();
  EXPECT_EQ(record.boots.size(), 4u) << "a second one for each group";
  EXPECT_THAT(readers.asked(), testing::Contains("fault dead").Times(2));
}

}  // namespace
}  // namespace smx::run
