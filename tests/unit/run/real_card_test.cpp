// Scenarios with somebody's own card: what is asked before, and what is made of what the guard refused.

#include "tests/unit/run/engine_fixture.h"

namespace smx::run {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class RealCardTest : public EngineTest {
 protected:
  RealCardTest() {
    readers.physical = true;
    scenario("a").credentials = {"pin"};
    record.plan.matrix.attempts = 1;
    record.plan.groups.resize(1);
    director = [this](const vm::MachineSpec& spec) {
      auto script = good(spec);
      script.handlers["a"] = [this](const vm::GuestCommand& command, vm::FakeGuest& guest) {
        input = nlohmann::json::parse(command.input);
        return agent(command, guest);
      };
      return script;
    };
  }
  Scenario& scenario(const std::string& id) {
    for (auto& s : record.plan.catalogue.scenarios)
      if (s.id == id) return s;
    throw std::logic_error(id);
  }

  vm::FakeGuest::Handler agent = fake::passes();
  nlohmann::json input;  ///< of the last call for "a"
};

TEST_F(RealCardTest, is_asked_for_its_counter_before_a_pin_is_presented) {
  run();
  EXPECT_EQ(last(BootMode::normal, "a").outcome, Outcome::passed);
  EXPECT_THAT(readers.asked(), Contains("pin?"));
}

TEST_F(RealCardTest, that_refuses_blocks_the_cell_and_the_agent_never_runs) {
  readers.pin_refusal = "the card's retry counter is at 1";
  run();
  const auto& a = last(BootMode::normal, "a");
  EXPECT_EQ(a.outcome, Outcome::blocked);
  EXPECT_EQ(a.cause, "card-safety");
  EXPECT_THAT(a.message, HasSubstr("retry counter is at 1"));
  EXPECT_TRUE(input.is_null());
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::passed) << "it presents no PIN";
}

TEST_F(RealCardTest, makes_blocked_what_the_guard_refused_never_failed) {
  readers.refusals = {"VERIFY of a PIN that failed before"};
  agent = fake::fails("wrong-status");
  run();
  const auto& a = last(BootMode::normal, "a");
  EXPECT_EQ(a.outcome, Outcome::blocked);
  EXPECT_EQ(a.cause, "card-safety");
  EXPECT_THAT(a.message, HasSubstr("failed before"));
  EXPECT_FALSE(a.checks.empty()) << "what the agent said is kept";
}

TEST_F(RealCardTest, that_refused_nothing_leaves_a_failure_a_failure) {
  agent = fake::fails("wrong-status");
  run();
  EXPECT_EQ(last(BootMode::normal, "a").outcome, Outcome::failed);
}

TEST_F(RealCardTest, tells_the_agent_what_it_may_do) {
  readers.may_block = false;
  readers.new_pin = Secret("13572468");
  scenario("a").credentials = {"pin", "puk"};
  run();
  EXPECT_EQ(input.at("card").at("may_block"), false);
  EXPECT_EQ(input.at("credentials").at("new_pin"), "13572468");
}

TEST_F(RealCardTest, gives_no_new_pin_to_a_scenario_that_changes_none) {
  readers.new_pin = Secret("13572468");
  run();
  EXPECT_FALSE(input.at("credentials").contains("new_pin"));
  EXPECT_FALSE(input.at("credentials").contains("puk"));
}

TEST_F(RealCardTest, keeps_the_new_pin_out_of_what_is_stored) {
  readers.new_pin = Secret("13572468");
  agent =
      fake::reports({{{"id", "done"}, {"outcome", "passed"}, {"cause", ""}, {"message", "now 13572468"}}});
  run();
  for (const auto& check : last(BootMode::normal, "a").checks)
    EXPECT_THAT(check.message, Not(HasSubstr("13572468")));
}

TEST_F(RealCardTest, has_its_certificate_taken_by_the_tls_server_and_a_virtual_one_has_not) {
  scenario("a").needs = {"tls-server"};
  readers.certificate_pem = "its certificate";
  run();
  EXPECT_EQ(services.accepted.size(), 1u);
  readers.physical = false;
  services.accepted.clear();
  record.attempts.clear();
  record.boots.clear();
  run();
  EXPECT_TRUE(services.accepted.empty());
}

TEST_F(RealCardTest, a_card_of_ours_is_asked_for_nothing) {
  readers.physical = false;
  readers.pin_refusal = "no";
  run();
  EXPECT_EQ(last(BootMode::normal, "a").outcome, Outcome::passed);
  EXPECT_THAT(readers.asked(), Not(Contains("pin?")));
  EXPECT_EQ(input.at("card").at("may_block"), true);
}

}  // namespace
}  // namespace smx::run
