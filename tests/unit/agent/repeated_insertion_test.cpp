#include <gtest/gtest.h>

#include "scenarios/agent/linux/scenarios.h"
#include "tests/issued_card.h"
#include "tests/unit/agent/memory_card.h"
#include "tests/unit/agent/scenario_run.h"
#include "vm/lab/lab_ca.h"
#include "vm/reader/card_files.h"

// Two programs on the project's own card, held in memory, through removals, insertions and power-ups.

namespace smx::agent {
namespace {

constexpr const char* kCardPin = "24681357";
constexpr const char* kCardPuk = "86427531";
constexpr const char* kCardAdmin = "0123456789abcdef23456789abcdef01456789abcdef0123";

struct CardKind {
  CardApplication application;
  vm::KeyKind key;
};

vm::CardData issued(CardKind kind) {
  static const vm::LabCa authority;
  vm::CreateCardOptions options;
  options.key = kind.key;
  options.application =
      kind.application == CardApplication::gids ? smx::CardApplication::gids : smx::CardApplication::piv;
  options.admin_key = Secret(kCardAdmin);
  return vm::issue_card(Secret(kCardPin), Secret(kCardPuk), options, authority);
}

class RepeatedInsertionOn : public OnMemoryCard {
 protected:
  explicit RepeatedInsertionOn(CardKind kind) : OnMemoryCard(issued(kind), kind.application, kCardPin) {
    platform_.card.atr = {0x3b, 0x68};
    platform_.now = {true, true, false, 4, platform_.card.atr};
    request_.time_limit = std::chrono::seconds(10);
  }

  ScenarioRun run(const std::string& phase) {
    request_.phase = phase;
    return ScenarioRun(repeated_insertion(), request_, platform_);
  }
  ScenarioRun remove(const std::string& phase) {
    platform_.now.card = false;
    ++platform_.now.events;
    platform_.changes = {platform_.now};
    return run(phase);
  }
  ScenarioRun insert(const std::string& phase) {
    card_.reset();
    platform_.now.card = true;
    ++platform_.now.events;
    platform_.changes = {platform_.now};
    return run(phase);
  }
  std::uint64_t signatures() const { return card_.status().counters.signatures; }
  /// VERIFY without data: 9000 when the PIN is verified (SP 800-73-4 part 2, 3.2.1; GIDS has the same).
  bool pin_is_verified() { return card_.transmit(Bytes{0x00, 0x20, 0x00, 0x80}) == Bytes{0x90, 0x00}; }
  int tries_spent() const { return card_.status().pin.max_tries - card_.status().pin.tries_left; }
};

class RepeatedInsertionOnEachCard : public RepeatedInsertionOn, public testing::TestWithParam<CardKind> {
 protected:
  RepeatedInsertionOnEachCard() : RepeatedInsertionOn(GetParam()) {}
};

TEST_P(RepeatedInsertionOnEachCard, passes_and_has_the_card_sign_once_for_each_program_in_each_phase) {
  EXPECT_TRUE(run("first").all_passed());
  EXPECT_EQ(signatures(), 2u);
  EXPECT_TRUE(remove("first-removed").all_passed());
  EXPECT_TRUE(insert("second").all_passed());
  EXPECT_EQ(signatures(), 4u);
  EXPECT_TRUE(remove("second-removed").all_passed());
  EXPECT_TRUE(insert("third").all_passed());
  EXPECT_EQ(signatures(), 6u);
  EXPECT_EQ(platform_.card.power_cycles, 3);
  EXPECT_EQ(platform_.card.open_connections, 0);
  EXPECT_EQ(tries_spent(), 0);
}

TEST_P(RepeatedInsertionOnEachCard, leaves_no_verified_pin_on_a_card_that_a_reset_does_not_reach) {
  platform_.card.on_power_cycle = [] {};
  EXPECT_TRUE(run("first").all_passed());
  EXPECT_FALSE(pin_is_verified());
}

INSTANTIATE_TEST_SUITE_P(Cards, RepeatedInsertionOnEachCard,
                         testing::Values(CardKind{CardApplication::piv, vm::KeyKind::rsa2048},
                                         CardKind{CardApplication::piv, vm::KeyKind::p256},
                                         CardKind{CardApplication::gids, vm::KeyKind::rsa2048}));

class RepeatedInsertion : public RepeatedInsertionOn, public testing::Test {
 protected:
  RepeatedInsertion() : RepeatedInsertionOn({CardApplication::piv, vm::KeyKind::p256}) {}

  /// The card answers this to its GENERAL AUTHENTICATE number `number`, counted from 1.
  void answer_signature(int number, Bytes answer) {
    platform_.card.answer = [this, number, answer = std::move(answer),
                             asked = 0](const Bytes& command) mutable {
      if (command.at(1) == 0x87 && ++asked == number) return answer;
      return card_.transmit(command);
    };
  }
  void connecting_fails_from(int number) {
    platform_.card.on_connect_shared = [number, connected = 0]() mutable {
      if (++connected >= number) throw StepFailure(CheckOutcome::failed, "card-in-use", "held by another");
    };
  }
};

TEST_F(RepeatedInsertion, fails_when_the_second_program_is_not_told_of_the_power_up) {
  platform_.card.tells_of_power_up = false;
  const auto first = run("first");
  EXPECT_EQ(first.of("both-connected"), "passed");
  EXPECT_EQ(first.of("power-up-noticed"), "failed power-up-not-noticed");
  EXPECT_EQ(first.of("both-work-after-power-up"), "blocked earlier-check");
  EXPECT_EQ(signatures(), 0u);
}

TEST_F(RepeatedInsertion, fails_when_another_card_answers_after_the_power_up) {
  platform_.card.on_power_cycle = [this] { platform_.card.atr.push_back(0x00); };
  EXPECT_EQ(run("first").of("power-up-noticed"), "failed other-card");
}

TEST_F(RepeatedInsertion, fails_on_another_card_than_the_controllers) {
  request_.atr = {0x3b, 0x00};
  EXPECT_EQ(run("first").of("both-connected"), "failed other-card");
}

TEST_F(RepeatedInsertion, fails_when_the_second_program_cannot_connect) {
  connecting_fails_from(2);
  const auto first = run("first");
  EXPECT_EQ(first.of("both-connected"), "failed card-in-use");
  EXPECT_EQ(first.of("power-up-noticed"), "blocked earlier-check");
}

TEST_F(RepeatedInsertion, fails_when_a_program_cannot_come_back_after_an_insertion) {
  connecting_fails_from(4);
  EXPECT_TRUE(run("first").all_passed());
  EXPECT_TRUE(remove("first-removed").all_passed());
  const auto second = insert("second");
  EXPECT_EQ(second.of("back-after-first-insertion"), "failed card-in-use");
  EXPECT_EQ(second.of("both-work-after-first-insertion"), "blocked earlier-check");
  EXPECT_EQ(remove("second-removed").of("second-removal-seen"), "blocked earlier-check");
  EXPECT_EQ(insert("third").of("back-after-second-insertion"), "blocked earlier-check");
}

TEST_F(RepeatedInsertion, fails_when_the_card_has_another_certificate_after_the_insertion) {
  EXPECT_TRUE(run("first").all_passed());
  EXPECT_TRUE(remove("first-removed").all_passed());
  vm::SmartCard other(
      std::make_unique<vm::MemoryCardStore>(issued({CardApplication::piv, vm::KeyKind::p256})));
  platform_.card.answer = [&](const Bytes& command) { return other.transmit(command); };
  EXPECT_EQ(insert("second").of("back-after-first-insertion"), "failed other-certificate");
}

TEST_F(RepeatedInsertion, fails_when_the_card_refuses_either_program_its_signature) {
  for (const int number : {1, 2}) {
    answer_signature(number, {0x69, 0x82});
    const auto first = run("first");
    EXPECT_EQ(first.of("power-up-noticed"), "passed");
    EXPECT_EQ(first.of("both-work-after-power-up"), "failed wrong-status") << number;
    EXPECT_FALSE(pin_is_verified());
    EXPECT_EQ(platform_.card.open_connections, 0);
  }
}

TEST_F(RepeatedInsertion, fails_when_the_card_is_gone_while_it_signs) {
  platform_.card.answer = [this](const Bytes& command) {
    if (command.at(1) == 0x87) throw StepFailure(CheckOutcome::failed, "no-card", "the card was removed");
    return card_.transmit(command);
  };
  EXPECT_EQ(run("first").of("both-work-after-power-up"), "failed no-card");
}

TEST_F(RepeatedInsertion, spends_one_try_only_of_a_wrong_pin) {
  request_.credentials.clear();
  request_.credentials.emplace("pin", Pin("11111111"));
  EXPECT_EQ(run("first").of("both-work-after-power-up"), "failed wrong-pin");
  EXPECT_EQ(remove("first-removed").of("first-removal-seen"), "blocked earlier-check");
  EXPECT_EQ(insert("second").of("back-after-first-insertion"), "blocked earlier-check");
  EXPECT_EQ(tries_spent(), 1);
}

TEST_F(RepeatedInsertion, fails_when_a_removal_or_an_insertion_is_not_seen) {
  request_.time_limit = std::chrono::milliseconds(100);
  EXPECT_TRUE(run("first").all_passed());
  EXPECT_EQ(run("first-removed").of("first-removal-seen"), "failed no-event");
  EXPECT_TRUE(run("first").all_passed());
  EXPECT_TRUE(remove("first-removed").all_passed());
  EXPECT_EQ(run("second").of("back-after-first-insertion"), "failed no-event");
}

TEST_F(RepeatedInsertion, is_blocked_without_the_phase_before) {
  EXPECT_EQ(run("third").of("back-after-second-insertion"), "blocked earlier-check");
  EXPECT_EQ(run("second-removed").of("second-removal-seen"), "blocked earlier-check");
}

TEST_F(RepeatedInsertion, comes_back_when_a_third_program_resets_the_card) {
  // Before the second program's first transaction.
  platform_.card.on_connect_shared = [this, connected = 0]() mutable {
    if (++connected == 2) ++platform_.card.power_cycles;
  };
  EXPECT_TRUE(run("first").all_passed());
}

}  // namespace
}  // namespace smx::agent
