#include "tests/unit/run/engine_fixture.h"

// What scenarios need that the network and the lab have to do with: a clock that is right, a cable that can
// be pulled.

namespace smx::run {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class LabTest : public EngineTest {
 protected:
  Scenario& scenario(const std::string& id) {
    for (auto& s : record.plan.catalogue.scenarios)
      if (s.id == id) return s;
    throw std::logic_error("no scenario " + id);
  }
  void run_with_skew(Milliseconds skew) {
    scenario("b").needs = {"domain-controller"};
    director = [skew](const vm::MachineSpec& spec) {
      auto script = good(spec);
      script.clock_skew = skew;
      return script;
    };
    run();
  }
  /// The first guest's record from the first mention of the network on.
  std::vector<std::string> network_and_runs() const {
    std::vector<std::string> lines;
    for (const auto& line : hypervisor.log()) {
      const auto what = line.substr(line.find(' ') + 1);
      if (what.starts_with("network") || what == "run b") lines.push_back(what);
      if (what == "end") break;
    }
    return lines;
  }
};

TEST_F(LabTest, a_guest_whose_clock_is_off_is_blocked_for_what_lives_by_the_clock) {
  run_with_skew(-45s);
  const auto& blocked = last(BootMode::normal, "b");
  EXPECT_EQ(blocked.outcome, Outcome::blocked);
  EXPECT_EQ(blocked.cause, "clock");
  EXPECT_THAT(blocked.message, HasSubstr("45 s behind"));
  EXPECT_EQ(last(BootMode::normal, "a").outcome, Outcome::passed);
  EXPECT_EQ(last(BootMode::normal, "c").outcome, Outcome::passed) << "the same guest goes on";
}

TEST_F(LabTest, ahead_is_off_too) {
  run_with_skew(45s);
  EXPECT_EQ(last(BootMode::normal, "b").cause, "clock");
  EXPECT_THAT(last(BootMode::normal, "b").message, HasSubstr("ahead"));
}

TEST_F(LabTest, a_clock_that_is_a_little_off_will_do) {
  run_with_skew(-20s);
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::passed);
}

TEST_F(LabTest, what_nobody_could_witness_is_blocked_however_well_it_went) {
  services.absent_witness = "the logs of CORP.EXAMPLE are not available";
  auto& logon = scenario("b");
  logon.needs = {"domain-controller"};
  logon.verify = {"kdc-log"};
  logon.checks = {"done", "kdc-saw-card-certificate"};
  run();
  for (const auto mode : {BootMode::normal, BootMode::safe_networking}) {
    EXPECT_EQ(last(mode, "b").outcome, Outcome::blocked);
    EXPECT_EQ(last(mode, "b").cause, "no-lab-witness");
    EXPECT_THAT(last(mode, "b").message, HasSubstr("the logs of CORP.EXAMPLE are not available"));
    EXPECT_EQ(last(mode, "a").outcome, Outcome::passed);
  }
  const auto judged = verdict::judge(record, {});
  for (std::size_t i = 0; i < record.plan.cells.size(); ++i)
    if (record.plan.cells[i].id.scenario == "b") {
      EXPECT_EQ(judged.cells[i].verdict, Verdict::inconclusive);
    }
}

TEST_F(LabTest, the_network_is_cut_and_restored_by_steps) {
  using Kind = ScenarioStep::Kind;
  scenario("b").steps = {{Kind::cut_network}, {Kind::agent, "main"}, {Kind::restore_network}};
  run();
  EXPECT_THAT(network_and_runs(), testing::ElementsAre("network down", "run b", "network up"));
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::passed);
}

TEST_F(LabTest, the_network_comes_back_when_a_step_fails) {
  using Kind = ScenarioStep::Kind;
  scenario("b").steps = {{Kind::cut_network}, {Kind::agent, "main"}, {Kind::restore_network}};
  director = [](const vm::MachineSpec& spec) {
    auto script = good(spec);
    script.handlers["b"] = vm::fake::prints("no result");
    return script;
  };
  run();
  EXPECT_THAT(network_and_runs(), testing::ElementsAre("network down", "run b", "network up"));
}

}  // namespace
}  // namespace smx::run
