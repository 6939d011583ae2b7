#include "tests/unit/run/engine_fixture.h"

// What a scenario does at the screen: keys, the typed PIN, pictures, and when it stops.

namespace smx::run {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = ScenarioStep::Kind;

class ScreenTest : public EngineTest {
 protected:
  ScreenTest() {
    auto& plan = record.plan;
    plan.groups.erase(plan.groups.begin());  // Safe Mode with Networking only
    plan.matrix.attempts = 1;
    auto& a = plan.catalogue.scenarios[0];
    a.credentials = {"pin"};
    a.targets[TargetKind::reference_linux].screen = ScreenPart{{{Kind::agent, "screen-open"},
                                                                {Kind::press, "ctrl+alt+delete"},
                                                                {Kind::picture, "before-the-pin"},
                                                                {Kind::type, "pin"},
                                                                {Kind::press, "enter"},
                                                                {Kind::agent, "screen-result"}},
                                                               {"on-screen"},
                                                               Milliseconds(90000)};
    director = [this](const vm::MachineSpec& spec) {
      auto script = good(spec);
      script.handlers["a"] = [this](const vm::GuestCommand& c, vm::FakeGuest& g) { return phase(c, g); };
      script.screen = screen;
      return script;
    };
  }

  vm::GuestResult phase(const vm::GuestCommand& command, vm::FakeGuest& guest) {
    const auto input = nlohmann::json::parse(command.input);
    const std::string name = input.at("phase");
    time_limits[name] = input.at("time_limit_ms").get<int>();
    if (name == "main") return interfaces(command, guest);
    if (name == hangs) return guest.hang();
    auto checks = nlohmann::json::array();
    const auto said = says.find(name);
    if (said != says.end())
      checks.push_back({{"id", "on-screen"},
                        {"outcome", said->second},
                        {"cause", said->second == "passed" ? "" : "screen-not-reached"},
                        {"message", "m"}});
    return fake::reports(checks)(command, guest);
  }

  /// What was done to the guest in scenario a's boot, in order.
  std::vector<std::string> asked() const {
    std::vector<std::string> all;
    for (const auto& line : hypervisor.log()) {
      const auto what = line.substr(line.find(' ') + 1);
      if (what.starts_with("press") || what == "screenshot") all.push_back(what);
    }
    return all;
  }
  std::vector<std::string> evidence_names() const {
    std::vector<std::string> names;
    for (const auto& e : last(BootMode::safe_networking, "a").evidence) names.push_back(e.name);
    return names;
  }

  vm::FakeGuest::Handler interfaces = fake::passes();
  std::map<std::string, std::string> says{{"screen-result", "passed"}};
  std::map<std::string, int> time_limits;
  std::string hangs, screen = "\x89PNG";
};

TEST_F(ScreenTest, types_the_pin_after_the_steps_of_the_interfaces_and_keeps_pictures) {
  run();
  const auto& seen = last(BootMode::safe_networking, "a");
  EXPECT_EQ(seen.outcome, Outcome::passed) << seen.message;
  EXPECT_THAT(asked(), ElementsAre("press 1", "screenshot", "press 8", "press 1", "screenshot"));
  EXPECT_THAT(evidence_names(), testing::IsSupersetOf({"before-the-pin.png", "screen-at-the-end.png",
                                                       "agent-main.json", "agent-screen-open.json"}));
  EXPECT_EQ(seen.evidence.front().name, "agent-main.json") << "the interfaces come first";
  EXPECT_GT(time_limits["main"], 90000) << "the screen's time is added";
}

TEST_F(ScreenTest, leaves_the_boot_to_nobody_else) {
  run();
  EXPECT_EQ(record.boots.size(), 2u) << "one for the session at the screen, one for the other scenarios";
}

TEST_F(ScreenTest, does_nothing_at_it_when_the_target_says_so) {
  record.plan.matrix.targets[0].screen = false;
  run();
  EXPECT_EQ(last(BootMode::safe_networking, "a").outcome, Outcome::passed);
  EXPECT_THAT(asked(), testing::IsEmpty());
  EXPECT_EQ(record.boots.size(), 1u);
}

TEST_F(ScreenTest, types_no_pin_that_the_interfaces_found_wrong) {
  interfaces = fake::fails("wrong-pin");
  run();
  const auto& seen = last(BootMode::safe_networking, "a");
  EXPECT_EQ(seen.outcome, Outcome::failed);
  EXPECT_EQ(seen.cause, "wrong-pin");
  EXPECT_THAT(asked(), testing::IsEmpty());
  EXPECT_EQ(seen.checks.back().id, "on-screen");
  EXPECT_EQ(seen.checks.back().cause, "earlier-check");
}

TEST_F(ScreenTest, types_nothing_where_the_prompt_did_not_come_up) {
  says["screen-open"] = "blocked";
  run();
  const auto& seen = last(BootMode::safe_networking, "a");
  EXPECT_EQ(seen.outcome, Outcome::blocked);
  EXPECT_EQ(seen.cause, "screen-not-reached");
  EXPECT_THAT(asked(), ElementsAre("press 1", "screenshot")) << "escape, and a look at what is there";
}

TEST_F(ScreenTest, fails_by_what_happened_at_it_though_the_interfaces_passed) {
  says["screen-result"] = "failed";
  run();
  const auto& seen = last(BootMode::safe_networking, "a");
  EXPECT_EQ(seen.outcome, Outcome::failed);
  EXPECT_THAT(seen.message, HasSubstr("on-screen"));
  EXPECT_THAT(asked(), ElementsAre("press 1", "screenshot", "press 8", "press 1", "press 1", "screenshot"))
      << "escape before the last picture: the PIN may stand in a field that shows it";
}

TEST_F(ScreenTest, is_not_passed_without_its_own_check) {
  says.clear();
  run();
  EXPECT_EQ(last(BootMode::safe_networking, "a").outcome, Outcome::blocked);
  EXPECT_EQ(last(BootMode::safe_networking, "a").cause, "incomplete-result");
}

TEST_F(ScreenTest, looks_at_a_guest_that_hung_on_the_way) {
  hangs = "screen-result";
  run();
  EXPECT_EQ(last(BootMode::safe_networking, "a").outcome, Outcome::guest_crashed);
  EXPECT_THAT(evidence_names(), Contains("screen-at-the-end.png"));
}

TEST_F(ScreenTest, needs_no_picture_to_pass) {
  screen.clear();
  run();
  EXPECT_EQ(last(BootMode::safe_networking, "a").outcome, Outcome::passed);
  EXPECT_THAT(evidence_names(), Contains("before-the-pin-trouble.txt"));
  EXPECT_THAT(evidence_names(), Not(Contains("before-the-pin.png")));
}

}  // namespace
}  // namespace smx::run
