#include "scenarios/agent/card/pin_management.h"

#include <gtest/gtest.h>

#include "scenarios/agent/linux/scenarios.h"
#include "tests/unit/agent/memory_card.h"
#include "tests/unit/agent/scenario_run.h"
#include "vm/card/piv/piv_card.h"

namespace smx::agent {
namespace {

constexpr const char* kFirstPin = "24681357";
constexpr const char* kPuk = "86427531";

class PinManagement : public OnMemoryCard, public testing::Test {
 protected:
  PinManagement() : OnMemoryCard(issued(), CardApplication::piv, kFirstPin) {
    request_.credentials.emplace("puk", Pin(kPuk));
  }

  static vm::CardData issued() {
    vm::CardIssue issue;
    issue.pin = Secret(kFirstPin);
    issue.puk = Secret(kPuk);
    issue.key = vm::KeyKind::p256;
    issue.iterations = 1;
    return vm::new_piv_card(issue);
  }

  ScenarioRun run() { return ScenarioRun(pin_management(), request_, platform_); }

  bool card_is_as_it_was() const {
    const auto status = card_.status();
    return status.pin.is_initial && status.puk.is_initial && status.pin.tries_left == status.pin.max_tries &&
           status.puk.tries_left == status.puk.max_tries;
  }
};

TEST_F(PinManagement, passes_every_check_and_leaves_the_card_as_it_was) {
  EXPECT_TRUE(run().all_passed());
  EXPECT_TRUE(card_is_as_it_was());
  EXPECT_EQ(card_.status().counters.pin_changes, 2u);
  EXPECT_EQ(card_.status().counters.pin_blocks, 1u);
  EXPECT_EQ(platform_.card.open_connections, 0);
}

TEST_F(PinManagement, does_not_need_a_reset_that_reaches_the_card) {
  platform_.card.on_reset = [] {};
  EXPECT_TRUE(run().all_passed());
  EXPECT_TRUE(card_is_as_it_was());
}

TEST_F(PinManagement, begins_well_on_a_card_whose_pin_somebody_left_verified) {
  platform_.card.on_reset = [] {};
  card_.transmit(unhex("00a4040005a00000030800").value());
  card_.transmit(unhex("00200080083234363831333537").value());
  EXPECT_TRUE(run().all_passed());
}

TEST_F(PinManagement, puts_the_card_back_whichever_command_is_refused) {
  run();
  const int all = commands_;
  ASSERT_GT(all, 15);
  for (int number = 1; number <= all; ++number) {
    SCOPED_TRACE("command " + std::to_string(number));
    commands_ = 0;
    refuses_at_ = number;
    const auto result = run();
    EXPECT_TRUE(card_is_as_it_was()) << "after " << number;
  }
}

TEST_F(PinManagement, reports_a_card_that_goes_away_on_the_check_it_was_at) {
  constexpr int kGoneAt = 4;  // SELECT, forget, status, then the wrong PIN
  platform_.card.answer = [this](const Bytes& command) {
    if (++commands_ >= kGoneAt) throw StepFailure(CheckOutcome::failed, "no-card", "the card was removed");
    return card_.transmit(command);
  };
  const auto result = run();
  EXPECT_EQ(result.of("wrong-pin-refused"), "failed no-card");
  EXPECT_EQ(result.of("pin-restored"), "blocked earlier-check");
}

TEST_F(PinManagement, does_not_start_on_a_card_with_one_try_left) {
  for (int i = 0; i < 2; ++i) card_.transmit(unhex("00200080083030303030303030").value());
  EXPECT_EQ(card_.status().pin.tries_left, 1);
  EXPECT_EQ(run().of("wrong-pin-refused"), "blocked card-not-ready");
  EXPECT_EQ(card_.status().pin.tries_left, 1);
}

TEST_F(PinManagement, fails_on_a_card_that_takes_any_pin) {
  platform_.card.answer = [this](const Bytes& command) {
    if (command.size() > 5 && command[1] == 0x20) return Bytes{0x90, 0x00};
    return card_.transmit(command);
  };
  EXPECT_EQ(run().of("wrong-pin-refused"), "failed wrong-status");
}

TEST_F(PinManagement, fails_on_a_card_that_never_blocks) {
  platform_.card.answer = [this](const Bytes& command) {
    auto answer = card_.transmit(command);
    if (command.size() > 5 && command[1] == 0x20 && command[2] == 0x00 && answer != Bytes{0x90, 0x00})
      answer = {0x63, 0xc2};
    return answer;
  };
  EXPECT_EQ(run().of("pin-blocked"), "failed wrong-status");
  EXPECT_TRUE(card_is_as_it_was());
}

TEST_F(PinManagement, spends_one_try_of_a_wrong_puk_and_no_more) {
  request_.credentials.clear();
  request_.credentials.emplace("pin", Pin(kFirstPin));
  request_.credentials.emplace("puk", Pin("00000000"));
  EXPECT_EQ(run().of("unblocked-by-puk"), "failed wrong-status");
  EXPECT_GE(card_.status().puk.tries_left, 1);
}

class PinManagementOfARealCard : public PinManagement {
 protected:
  PinManagementOfARealCard() {
    request_.may_block = false;
    request_.credentials.clear();  // no PUK: it would be of no use
    request_.credentials.emplace("pin", Pin(kFirstPin));
    request_.credentials.emplace("new_pin", Pin("13572468"));
  }
};

TEST_F(PinManagementOfARealCard, changes_the_pin_there_and_back_and_blocks_nothing) {
  int lowest = 3;
  platform_.card.answer = [&](const Bytes& command) {
    const auto answer = card_.transmit(command);
    lowest = std::min(lowest, card_.status().pin.tries_left);
    return answer;
  };
  const auto result = run();
  for (const auto* id :
       {"wrong-pin-refused", "pin-changed", "old-pin-refused", "new-pin-accepted", "pin-restored"})
    EXPECT_EQ(result.of(id), "passed") << id;
  for (const auto* id : {"pin-blocked", "unblocked-by-puk"})
    EXPECT_EQ(result.of(id), "not-applicable may-not-block") << id;
  EXPECT_TRUE(card_is_as_it_was());
  EXPECT_EQ(card_.status().counters.pin_changes, 2u);
  EXPECT_EQ(card_.status().counters.pin_blocks, 0u);
  EXPECT_EQ(lowest, 2);
}

TEST_F(PinManagementOfARealCard, takes_the_new_pin_that_the_controller_chose) {
  bool seen = false;
  platform_.card.answer = [&](const Bytes& command) {
    seen |= command.size() == 21 && command[1] == 0x24 &&
            std::string(command.begin() + 13, command.end()) == "13572468";
    return card_.transmit(command);
  };
  run();
  EXPECT_TRUE(seen);
}

TEST_F(PinManagementOfARealCard, does_not_begin_with_two_tries_left) {
  card_.transmit(unhex("00200080083030303030303030").value());
  EXPECT_EQ(run().of("wrong-pin-refused"), "blocked card-not-ready");
  EXPECT_EQ(card_.status().pin.tries_left, 2);
}

TEST_F(PinManagementOfARealCard, never_brings_the_counter_below_two_whichever_command_is_refused) {
  run();
  const int all = commands_;
  for (int number = 1; number <= all; ++number) {
    commands_ = 0;
    refuses_at_ = number;
    card_.transmit(unhex("00200080083234363831333537").value());
    run();
    EXPECT_GE(card_.status().pin.tries_left, 2) << "after " << number;
    EXPECT_EQ(card_.status().puk.tries_left, 3) << "after " << number;
  }
}

TEST_F(PinManagement, needs_a_piv_application) {
  platform_.card.answer = [](const Bytes&) { return Bytes{0x6a, 0x82}; };
  EXPECT_EQ(run().of("wrong-pin-refused"), "failed no-piv");
}

}  // namespace
}  // namespace smx::agent
