#include <gtest/gtest.h>

#include "scenarios/agent/card/pin_management.h"
#include "scenarios/agent/card/pin_pad.h"
#include "scenarios/agent/linux/scenarios.h"
#include "tests/unit/agent/memory_card.h"
#include "tests/unit/agent/scenario_run.h"
#include "vm/card/gids/gids_card.h"

// PIN management on a GIDS card: the administrator unblocks, by challenge and response.

namespace smx::agent {
namespace {

constexpr const char* kGidsPin = "24681357";
constexpr const char* kGidsAdmin = "0123456789abcdef23456789abcdef01456789abcdef0123";

class GidsPinManagement : public OnMemoryCard, public testing::Test {
 protected:
  GidsPinManagement() : OnMemoryCard(issued(), CardApplication::gids, kGidsPin) {
    request_.credentials.emplace("admin_key", Pin(kGidsAdmin));
  }

  static vm::CardData issued() {
    static const vm::CardData made = [] {
      vm::CardIssue issue;
      issue.pin = Secret(kGidsPin);
      issue.iterations = 1;
      return vm::new_gids_card(issue, vm::parse_admin_key(kGidsAdmin));
    }();
    return made;
  }
  void give_admin_key(const char* key) {
    request_.credentials.erase("admin_key");
    request_.credentials.emplace("admin_key", Pin(key));
  }
  ScenarioRun run() { return ScenarioRun(pin_management(), request_, platform_); }
  bool card_is_as_it_was() const {
    const auto pin = card_.status().pin;
    return pin.is_initial && pin.tries_left == pin.max_tries && card_.data().gids.pin_length == 8;
  }
};

TEST_F(GidsPinManagement, passes_every_check_and_leaves_the_card_as_it_was) {
  EXPECT_TRUE(run().all_passed());
  EXPECT_TRUE(card_is_as_it_was());
  EXPECT_EQ(card_.status().counters.pin_changes, 2u);
  EXPECT_EQ(card_.status().counters.pin_blocks, 1u);
}

TEST_F(GidsPinManagement, does_not_need_a_reset_that_reaches_the_card) {
  platform_.card.on_reset = [] {};
  EXPECT_TRUE(run().all_passed());
  EXPECT_TRUE(card_is_as_it_was());
}

TEST_F(GidsPinManagement, puts_the_card_back_whichever_command_is_refused) {
  run();
  const int all = commands_;
  ASSERT_GT(all, 15);
  for (int number = 1; number <= all; ++number) {
    commands_ = 0;
    refuses_at_ = number;
    run();
    EXPECT_TRUE(card_is_as_it_was()) << "after " << number;
  }
}

TEST_F(GidsPinManagement, fails_at_the_unblocking_with_another_key) {
  give_admin_key("fedcba9876543210fedcba9876543210fedcba9876543210");
  const auto result = run();
  EXPECT_EQ(result.of("pin-blocked"), "passed");
  EXPECT_EQ(result.of("unblocked-by-puk"), "failed wrong-status");
  EXPECT_EQ(result.of("pin-restored"), "blocked earlier-check");
}

TEST_F(GidsPinManagement, is_blocked_by_a_key_that_is_none) {
  give_admin_key("0123");
  EXPECT_EQ(run().of("unblocked-by-puk"), "blocked bad-credentials");
}

TEST_F(GidsPinManagement, needs_the_administrators_key_and_no_puk) {
  request_.credentials.erase("admin_key");
  request_.credentials.emplace("puk", Pin("86427531"));
  EXPECT_THROW(run(), BadInput);
  EXPECT_EQ(commands_, 0);
}

TEST_F(GidsPinManagement, needs_a_gids_application) {
  platform_.card.answer = [](const Bytes&) { return Bytes{0x6a, 0x82}; };
  EXPECT_EQ(run().of("wrong-pin-refused"), "failed no-gids");
}

TEST_F(GidsPinManagement, fails_on_a_challenge_that_is_none) {
  platform_.card.answer = [this](const Bytes& command) {
    if (command.size() > 5 && command[1] == 0x87) return Bytes{0x7c, 0x00, 0x90, 0x00};
    return card_.transmit(command);
  };
  EXPECT_EQ(run().of("unblocked-by-puk"), "failed bad-response");
}

TEST_F(GidsPinManagement, never_sends_the_administrators_key) {
  run();
  const auto key = unhex(kGidsAdmin).value();
  for (const auto& command : platform_.card.transmitted)
    EXPECT_EQ(hex(command).find(hex(key).substr(0, 16)), std::string::npos);
}

TEST_F(GidsPinManagement, has_a_pin_pad_take_the_pin_without_padding) {
  EXPECT_EQ(hex(pin_verify_structure(5, CardApplication::gids)),
            "0505820000100402010904000000000500000000200080"
            "00");
  EXPECT_EQ(hex(pin_verify_structure(5, CardApplication::piv)),
            "050582080008060201090400000000"
            "0d0000000020008008ffffffffffffffff");
}

TEST_F(GidsPinManagement, leaves_a_reader_without_pin_pad_alone) {
  const auto result = ScenarioRun(external_pin_entry(), request_, platform_);
  EXPECT_EQ(result.of("pin-pad-used"), "not-applicable no-pin-pad");
}

}  // namespace
}  // namespace smx::agent
