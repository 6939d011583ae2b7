// A hundred thousand lives of a card, with crashes between any two steps and torn writes: no PIN is ever
// lost, no counter ever falls to zero, nothing that failed is presented again.

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/safety/memory_ledger.h"
#include "tests/unit/safety/model_card.h"
#include "vm/safety/guarded_card.h"

namespace smx::vm {
namespace {

constexpr int kSequences = 100000;

/// The controller died, or the machine did.
struct Crash {};

/// Dies at the `at`-th step that anybody takes.
class Fate {
 public:
  explicit Fate(std::mt19937& random) : random_(random) {}
  void decide(unsigned at) { left_ = at; }
  void step() {
    if (left_ != 0 && --left_ == 0) throw Crash();
  }
  /// A write that may be torn: how much of it got to the disk.
  void write(LedgerDisk& disk, std::string_view line) {
    if (left_ == 0 || --left_ != 0) return;
    disk.text += line.substr(0, random_() % (line.size() + 1));
    throw Crash();
  }

 private:
  std::mt19937& random_;
  unsigned left_ = 0;  // 0: lives
};

/// One card with its ledger, its owner, and guests that do what they like.
class Story {
 public:
  Story(unsigned seed, bool torn_card, bool allow_blocking)
      : random_(seed), fate_(random_), allow_blocking_(allow_blocking), card_(digits(6 + random_() % 3)) {
    owner_.pin = Secret(card_.pin);
    if (allow_blocking) owner_.puk = Secret(card_.puk);
    card_.max_tries = card_.tries_left = 3 + static_cast<int>(random_() % 4);
    card_.before = card_.after = [this] { fate_.step(); };
    if (torn_card) card_.counted = card_.before;
    disk_.before_append = [this](std::string_view line) { fate_.write(disk_, line); };
    disk_.after_append = disk_.before_replace = disk_.after_replace = [this] { fate_.step(); };
  }

  void live_and_crash() {
    try {
      fate_.decide(1 + static_cast<unsigned>(random_() % (allow_blocking_ ? 200 : 60)));
      live();
    } catch (const Crash&) {
      card_.reset();
    }
    fate_.decide(0);
  }

  Restored recover(bool use_last_try = false) {
    const auto ledger = open_ledger(disk_);
    return restore_pin(card_, *ledger, owner_, {use_last_try});
  }

  /// Whether the card's PIN can be found from the original and the ledger.
  bool pin_is_known() {
    const auto ledger = open_ledger(disk_);
    const auto& possible = ledger->history().possible();
    return std::any_of(possible.begin(), possible.end(),
                       [&](PinNumber n) { return ledger->value(n, owner_.pin).reveal() == card_.pin; });
  }

  bool as_it_was() const { return card_.pin == owner_.pin.reveal() && card_.tries_left == card_.max_tries; }
  const ModelCard& card() const { return card_; }
  const std::string& ledger() const { return disk_.text; }

 private:
  std::string digits(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text.push_back(static_cast<char>('0' + random_() % 10));
    return text;
  }

  /// One session: what RelaySession does, with a guest in between.
  void live() {
    const auto ledger = open_ledger(disk_);
    const auto restored = restore_pin(card_, *ledger, owner_);
    if (!restored.ok) return;
    const auto number = ledger->new_pin();
    const auto own = ledger->value(number, owner_.pin);
    GuardedCard guard(card_, *ledger, {owner_, own, number, allow_blocking_, restored.full});
    for (auto commands = random_() % (allow_blocking_ ? 60 : 20); commands > 0; --commands)
      guest_command(guard, own);
    guard.exclusively([&] { restore_pin(card_, *ledger, owner_); });
  }

  std::string any_value(const Secret& own) {
    switch (random_() % 4) {
      case 0: return std::string(own.reveal());
      case 1: return digits(8);
      default: return std::string(owner_.pin.reveal());
    }
  }

  void guest_command(GuardedCard& guard, const Secret& own) {
    guard.transmit(select_piv_command());
    const auto one = hex(pad_reference(any_value(own))), two = hex(pad_reference(any_value(own)));
    const auto puk = hex(pad_reference(random_() % 4 == 0 ? digits(8) : card_.puk));
    const std::string commands[] = {
        "0020008000",
        "0020ff8000",
        "0020008008" + one,
        "0024008010" + one + two,
        "0024008010" + one + two,
        "002c008010" + puk + two,
        "0020008008" + one,
        "1020008008" + one,
        "0024008110" + puk + puk,
        "00db3fff035c017e",
        "00fb0000",
        "0087039b047c028100",
        "0020000008" + one,
    };
    guard.transmit(*parse_hex(commands[random_() % std::size(commands)]));
  }

  std::mt19937 random_;
  Fate fate_;
  const bool allow_blocking_;
  ModelCard card_;
  LedgerDisk disk_;
  CardSecrets owner_;
};

/// What holds for every card, always.
void expect_unharmed(Story& story) {
  ASSERT_TRUE(story.pin_is_known()) << story.ledger();
  ASSERT_GE(story.card().lowest, 1) << story.ledger();
  ASSERT_FALSE(story.card().presented_again) << story.ledger();
}

TEST(NoHarm, crashes_of_the_controller_never_lose_a_pin_or_block_a_card) {
  for (unsigned seed = 0; seed < kSequences; ++seed) {
    SCOPED_TRACE(seed);
    Story story(seed, false, false);
    for (int life = 0; life < 4; ++life) {
      story.live_and_crash();
      ASSERT_NO_FATAL_FAILURE(expect_unharmed(story));
    }
    const auto restored = story.recover();
    ASSERT_TRUE(restored.ok) << restored.message << "\n" << story.ledger();
    ASSERT_TRUE(story.as_it_was());
    ASSERT_NO_FATAL_FAILURE(expect_unharmed(story));
  }
}

// A card that loses its power between counting a try and comparing may end with one try left: a person
// decides about that one, and the PIN is not lost.
TEST(NoHarm, power_losses_inside_the_card_never_lose_a_pin_or_block_a_card) {
  int restored = 0;
  for (unsigned seed = 0; seed < kSequences; ++seed) {
    SCOPED_TRACE(seed);
    Story story(seed, true, false);
    for (int life = 0; life < 4; ++life) {
      story.live_and_crash();
      ASSERT_TRUE(story.pin_is_known()) << story.ledger();
      ASSERT_GE(story.card().lowest, 1) << story.ledger();
    }
    const auto result = story.recover();
    restored += result.ok;
    ASSERT_TRUE(result.ok ? story.as_it_was() : !result.message.empty()) << story.ledger();
    ASSERT_TRUE(story.pin_is_known()) << story.ledger();
    ASSERT_GE(story.card().lowest, 1) << story.ledger();
  }
  EXPECT_GT(restored, kSequences * 8 / 10) << "most of them recover without a person";
}

TEST(NoHarm, a_card_that_may_be_blocked_is_unblocked_again) {
  int blocked = 0;
  for (unsigned seed = 0; seed < kSequences / 4; ++seed) {
    SCOPED_TRACE(seed);
    Story story(seed, false, true);
    for (int life = 0; life < 4; ++life) story.live_and_crash();
    blocked += story.card().lowest == 0;
    ASSERT_TRUE(story.pin_is_known()) << story.ledger();
    const auto restored = story.recover();
    ASSERT_TRUE(restored.ok) << restored.message << "\n" << story.ledger();
    ASSERT_TRUE(story.as_it_was());
    ASSERT_EQ(story.card().puk_tries_left, 3) << "no other PUK than the owner's ever gets to the card";
  }
  EXPECT_GT(blocked, 100) << "the guests did block cards";
}

}  // namespace
}  // namespace smx::vm
