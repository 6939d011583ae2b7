#include "tests/unit/run/engine_fixture.h"

// Cards that are not the project's own: none is presented a PIN that could do it harm, and what cannot be
// done or seen is reported.

namespace smx::run {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class CardSafetyTest : public EngineTest {
 protected:
  CardSafetyTest() {
    readers.physical = true;
    readers.moves = false;
    readers.card.observable = false;
    for (auto& s : record.plan.catalogue.scenarios) s.credentials = {"pin"};
    record.plan.matrix.attempts = 1;
  }
  static vm::FakeGuest::Handler tries(const nlohmann::json& details, const std::string& outcome = "passed",
                                      const std::string& cause = "") {
    return [=](const vm::GuestCommand& command, vm::FakeGuest&) {
      vm::GuestResult r;
      r.out = fake::result(
          command, {{{"id", "tries-read"}, {"outcome", outcome}, {"cause", cause}, {"message", "it says"}}},
          details.is_null() ? nlohmann::json::object() : details);
      return r;
    };
  }
  void run_with(const vm::FakeGuest::Handler& handler) {
    director = [handler](const vm::MachineSpec& spec) {
      auto script = good(spec);
      script.handlers["card-tries"] = handler;
      return script;
    };
    run();
  }
  const Observation& first() { return last(BootMode::normal, "a"); }
  void expect_refused(const std::string& why) {
    EXPECT_EQ(first().outcome, Outcome::blocked);
    EXPECT_EQ(first().cause, "card-safety");
    EXPECT_THAT(first().message, HasSubstr(why));
    for (const auto& line : hypervisor.log()) EXPECT_THAT(line, Not(HasSubstr("run a")));
  }
};

TEST_F(CardSafetyTest, lets_a_scenario_run_with_two_tries_or_more) {
  run_with(tries({{"pin_tries", 2}}));
  EXPECT_EQ(first().outcome, Outcome::passed) << first().message;
  EXPECT_TRUE(std::any_of(first().evidence.begin(), first().evidence.end(),
                          [](const Evidence& e) { return e.name == "card-tries.json"; }));
}

TEST_F(CardSafetyTest, refuses_below_two_tries) {
  run_with(tries({{"pin_tries", 1}}));
  expect_refused("1 try left");
}

TEST_F(CardSafetyTest, never_presents_a_pin_again_that_cost_the_card_a_try) {
  readers.lost_a_try = true;
  run_with(tries({{"pin_tries", 2}}));
  expect_refused("lost a try");
  EXPECT_THAT(readers.asked(), Contains("tries 2"));
}

TEST_F(CardSafetyTest, refuses_a_blocked_pin) {
  run_with(tries({{"pin_tries", 0}}));
  expect_refused("PUK");
}

TEST_F(CardSafetyTest, refuses_a_counter_that_is_no_number_of_tries) {
  for (const nlohmann::json& wrong :
       {nlohmann::json(16), nlohmann::json(-1), nlohmann::json("3"), nlohmann::json(3.0),
        nlohmann::json(18446744073709551615u), nlohmann::json()}) {
    record = sample_run();
    for (auto& s : record.plan.catalogue.scenarios) s.credentials = {"pin"};
    run_with(tries({{"pin_tries", wrong}}));
    expect_refused("was not read");
  }
}

TEST_F(CardSafetyTest, refuses_a_counter_that_cannot_be_read) {
  run_with(tries({}, "failed", "wrong-status"));
  expect_refused("it says");
}

TEST_F(CardSafetyTest, refuses_an_agent_that_answers_something_else) {
  run_with(fake::passes());
  expect_refused("other checks");
}

TEST_F(CardSafetyTest, refuses_when_the_agent_breaks) {
  run_with([](const vm::GuestCommand&, vm::FakeGuest&) {
    vm::GuestResult r;
    r.code = 70;
    return r;
  });
  expect_refused("was not read");
}

TEST_F(CardSafetyTest, observes_that_the_mode_lets_nobody_at_the_card) {
  run_with(tries({}, "failed", "not-in-safeboot"));
  EXPECT_EQ(first().outcome, Outcome::failed);
  EXPECT_EQ(first().cause, "not-in-safeboot");
  for (const auto& line : hypervisor.log()) EXPECT_THAT(line, Not(HasSubstr("run a")));
}

TEST_F(CardSafetyTest, never_lets_a_card_be_changed_that_nobody_sees) {
  record.plan.catalogue.scenarios[0].changes = Changes::card;
  run_with(tries({{"pin_tries", 3}}));
  expect_refused("put back a PIN");
  for (const auto& line : hypervisor.log()) EXPECT_THAT(line, Not(HasSubstr("run card-tries\n")));
}

TEST_F(CardSafetyTest, never_lets_a_real_card_make_a_key) {
  readers.card.observable = true;
  readers.card.pin_tries_left = 3;
  record.plan.catalogue.scenarios[0].credentials = {"pin", "management-key"};
  run_with(tries({{"pin_tries", 3}}));
  expect_refused("takes its own key's place");
  readers.physical = false;
  record = sample_run();
  record.plan.catalogue.scenarios[0].credentials = {"pin", "management-key"};
  run_with(tries({{"pin_tries", 3}}));
  EXPECT_EQ(first().outcome, Outcome::passed) << first().message;
}

TEST_F(CardSafetyTest, asks_the_controllers_own_eyes_where_it_sees_the_card) {
  readers.card.observable = true;
  readers.card.pin_tries_left = 1;
  run_with(tries({{"pin_tries", 3}}));
  expect_refused("1 try left");
}

TEST_F(CardSafetyTest, lets_alone_cards_of_the_projects_own_and_scenarios_without_a_pin) {
  readers.physical = false;
  readers.card = {1, 3, 3, 3, true, true, 0, 0, 0};
  run_with(tries({{"pin_tries", 0}}));
  EXPECT_EQ(first().outcome, Outcome::passed);
  readers.physical = true;
  record = sample_run();
  run_with(tries({{"pin_tries", 0}}));
  EXPECT_EQ(first().outcome, Outcome::passed);
}

TEST_F(CardSafetyTest, says_that_nobody_is_there_to_move_the_card) {
  auto& s = record.plan.catalogue.scenarios[0];
  s.credentials = {};
  s.checks = {"done", "removal-seen", "insertion-seen"};
  s.steps = {{ScenarioStep::Kind::agent, "main"},
             {ScenarioStep::Kind::remove_card},
             {ScenarioStep::Kind::agent, "removed"}};
  run_with(tries({{"pin_tries", 3}}));
  EXPECT_EQ(first().outcome, Outcome::blocked);
  EXPECT_EQ(first().cause, "needs-a-hand");
  ASSERT_EQ(first().checks.size(), 3u);
  EXPECT_EQ(first().checks[0].outcome, Outcome::passed) << "what was seen before stays";
  EXPECT_EQ(first().checks[2].cause, "needs-a-hand");
  EXPECT_THAT(readers.asked(), Not(Contains("remove")));
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::passed);
  EXPECT_EQ(record.boots.size(), 2u) << "the guest is none the worse for it";
}

TEST_F(CardSafetyTest, never_breaks_a_real_card) {
  auto& s = record.plan.catalogue.scenarios[0];
  s.steps = {{ScenarioStep::Kind::card_fault, "slow"}, {ScenarioStep::Kind::agent, "main"}};
  run_with(tries({{"pin_tries", 3}}));
  EXPECT_EQ(first().cause, "no-fault-for-real-cards");
  EXPECT_THAT(readers.asked(), Not(Contains("fault slow")));
}

TEST_F(CardSafetyTest, believes_nothing_of_a_guest_whose_reader_was_unplugged) {
  readers.trouble = "the reader was unplugged";
  run_with(tries({}, "failed", "no-reader"));
  EXPECT_EQ(first().outcome, Outcome::blocked);
  EXPECT_EQ(first().cause, "reader-gone");
  record = sample_run();
  run_with(tries({}));
  EXPECT_EQ(first().cause, "reader-gone");
}

}  // namespace
}  // namespace smx::run
