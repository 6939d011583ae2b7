#include "tests/unit/run/engine_fixture.h"

// Guests that misbehave: what each does to the cells, and that the rest of the matrix goes on.

namespace smx::run {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Boot = vm::FakeScript::Boot;

class TroubleTest : public EngineTest {
 protected:
  /// Runs with `change` applied to every machine in normal mode.
  void run_with(const std::function<void(vm::FakeScript&)>& change) {
    director = [change](const vm::MachineSpec& spec) {
      auto script = good(spec);
      if (spec.command_line == "normal") change(script);
      return script;
    };
    run();
    EXPECT_THAT(hypervisor.running(), IsEmpty());
    for (const auto* scenario : {"a", "b", "c"})
      EXPECT_EQ(last(BootMode::safe_networking, scenario).outcome, Outcome::passed)
          << "the other group goes on";
  }
  void expect_all(Outcome outcome, const std::string& cause) {
    for (const auto* scenario : {"a", "b", "c"}) {
      EXPECT_EQ(last(BootMode::normal, scenario).outcome, outcome) << scenario;
      EXPECT_EQ(last(BootMode::normal, scenario).cause, cause) << scenario;
      EXPECT_EQ(attempts(BootMode::normal, scenario), 2u) << scenario;
    }
  }
  bool has_console(const Observation& o) {
    return std::any_of(o.evidence.begin(), o.evidence.end(),
                       [](const Evidence& e) { return e.name == "console.log"; });
  }
};

TEST_F(TroubleTest, an_image_that_cannot_be_made_leaves_the_papers_that_say_why) {
  target.refuse_overlay = "the driver was refused";
  target.made_with = {{"layer-msi-1.log", "Return value 3"}};
  run();
  EXPECT_EQ(last(BootMode::normal, "a").cause, "infrastructure");
  ASSERT_FALSE(record.boots.empty());
  for (const auto& boot : record.boots) {
    ASSERT_EQ(boot.evidence.size(), 1u);
    EXPECT_EQ(boot.evidence[0].name, "layer-msi-1.log");
    EXPECT_EQ(read_file(dir.path() / "evidence" / boot.evidence[0].sha256), "Return value 3");
  }
}

TEST_F(TroubleTest, a_guest_that_never_answers_blocks_its_cells) {
  run_with([](auto& s) { s.boot = Boot::silent; });
  expect_all(Outcome::blocked, "agent-never-answered");
  EXPECT_TRUE(has_console(last(BootMode::normal, "a")));
  EXPECT_THAT(record.boots[0].trouble, HasSubstr("did not answer"));
}

TEST_F(TroubleTest, a_guest_that_dies_while_booting_has_crashed) {
  run_with([](auto& s) { s.boot = Boot::dies; });
  expect_all(Outcome::guest_crashed, "died-while-booting");
  EXPECT_TRUE(has_console(last(BootMode::normal, "a")));
}

TEST_F(TroubleTest, a_machine_that_cannot_be_started_blocks_its_cells) {
  run_with([](auto& s) { s.boot = Boot::refused; });
  expect_all(Outcome::blocked, "infrastructure");
}

TEST_F(TroubleTest, a_guest_in_another_mode_is_invalid_with_the_facts) {
  run_with([](auto& s) { s.handlers["facts"] = fake::facts("safe-minimal"); });
  expect_all(Outcome::invalid, "mode-not-proven");
  EXPECT_THAT(last(BootMode::normal, "a").message, HasSubstr("safe-minimal"));
  EXPECT_FALSE(record.boots[0].mode.proven);
  EXPECT_EQ(record.boots[0].mode.facts.size(), 3u);
}

TEST_F(TroubleTest, an_agent_that_reports_no_facts_blocks_its_cells) {
  run_with([](auto& s) { s.handlers["facts"] = vm::fake::prints("no facts today"); });
  expect_all(Outcome::blocked, "malformed-result");
}

TEST_F(TroubleTest, a_reader_that_is_not_attached_is_invalid) {
  readers.attached = false;
  run();
  expect_all(Outcome::invalid, "reader-not-attached");
  EXPECT_EQ(last(BootMode::safe_networking, "a").cause, "reader-not-attached");
}

TEST_F(TroubleTest, a_reader_that_cannot_be_opened_blocks) {
  readers.refuse = "somebody else has it";
  run();
  expect_all(Outcome::blocked, "infrastructure");
  EXPECT_THAT(last(BootMode::normal, "a").message, HasSubstr("somebody else has it"));
}

TEST_F(TroubleTest, an_overlay_that_cannot_be_made_blocks) {
  target.refuse_overlay = "no space is left";
  run();
  expect_all(Outcome::blocked, "infrastructure");
}

TEST_F(TroubleTest, a_scenario_over_its_time_has_timed_out_and_the_rest_gets_a_fresh_boot) {
  run_with([](auto& s) { s.handlers["b"] = vm::fake::times_out(); });
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::timed_out);
  EXPECT_EQ(attempts(BootMode::normal, "b"), 2u);
  EXPECT_EQ(last(BootMode::normal, "c").outcome, Outcome::passed);
  EXPECT_EQ(attempts(BootMode::normal, "c"), 1u)
      << "c was not reached in the first boot, which is no attempt";
  EXPECT_TRUE(has_console(last(BootMode::normal, "b")));
}

TEST_F(TroubleTest, a_guest_that_no_longer_answers_has_crashed) {
  run_with([](auto& s) { s.handlers["b"] = vm::fake::hangs(); });
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::guest_crashed);
  EXPECT_EQ(last(BootMode::normal, "b").cause, "guest-silent");
  EXPECT_EQ(last(BootMode::normal, "c").outcome, Outcome::passed);
}

TEST_F(TroubleTest, a_guest_that_dies_in_a_scenario_has_crashed) {
  run_with([](auto& s) { s.handlers["b"] = vm::fake::dies(); });
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::guest_crashed);
  EXPECT_EQ(last(BootMode::normal, "b").cause, "machine-ended");
  EXPECT_EQ(last(BootMode::normal, "c").outcome, Outcome::passed);
}

struct BadAgent {
  const char* name;
  vm::FakeGuest::Handler handler;
  const char* cause;
};

class BadAgentTest : public TroubleTest, public testing::WithParamInterface<BadAgent> {};

TEST_P(BadAgentTest, is_blocked_and_never_passed) {
  run_with([](auto& s) { s.handlers["b"] = GetParam().handler; });
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::blocked);
  EXPECT_EQ(last(BootMode::normal, "b").cause, GetParam().cause);
  EXPECT_EQ(last(BootMode::normal, "c").outcome, Outcome::passed);
}

vm::FakeGuest::Handler with_nonce(const std::string& nonce) {
  return [nonce](const vm::GuestCommand& c, vm::FakeGuest& g) {
    auto r = fake::passes()(c, g);
    auto j = nlohmann::json::parse(r.out);
    j["nonce"] = nonce;
    r.out = j.dump();
    return r;
  };
}

vm::FakeGuest::Handler breaks_the_channel() {
  return [](const vm::GuestCommand&, vm::FakeGuest&) -> vm::GuestResult {
    throw Error(ErrorKind::guest, "the guest's answer is over 10 MiB");
  };
}

INSTANTIATE_TEST_SUITE_P(
    Agents, BadAgentTest,
    testing::Values(
        BadAgent{"prints_megabytes", vm::fake::prints_bytes(20u << 20), "too-much-output"},
        BadAgent{"breaks_the_channel", breaks_the_channel(), "guest-channel"},
        BadAgent{"prints_nothing", vm::fake::prints(""), "malformed-result"},
        BadAgent{"prints_nonsense", vm::fake::prints("\x1b[2J{]"), "malformed-result"},
        BadAgent{"fails", vm::fake::prints("", 70, "an internal fault"), "agent-error"},
        BadAgent{"replays", with_nonce("00000000000000000000000000000000"), "foreign-result"},
        BadAgent{"checks_nothing", fake::reports(nlohmann::json::array()), "incomplete-result"},
        BadAgent{"checks_something_else",
                 fake::reports({{{"id", "other"}, {"outcome", "passed"}, {"cause", ""}, {"message", ""}}}),
                 "malformed-result"}),
    [](const auto& bad) { return bad.param.name; });

}  // namespace
}  // namespace smx::run
