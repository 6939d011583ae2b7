#include "vm/safety/pin_recovery.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "tests/unit/safety/memory_ledger.h"
#include "tests/unit/safety/model_card.h"

namespace smx::vm {
namespace {

using Kind = LedgerRecord::Kind;
using ::testing::HasSubstr;

class RecoveryTest : public ::testing::Test {
 protected:
  Restored restore(RestoreOptions options = {}) { return restore_pin(card_, *ledger_, owner_, options); }
  /// A run died when it had changed the card's PIN, or was about to.
  Secret died_in_change(bool card_did_it) {
    const auto number = ledger_->new_pin();
    ledger_->note({Kind::change, number, card_.tries_left});
    auto own = ledger_->value(number, owner_.pin);
    if (card_did_it) card_.pin = own.reveal();
    return own;
  }
  bool as_it_was() const { return card_.pin == owner_.pin.reveal() && card_.tries_left == card_.max_tries; }

  ModelCard card_{"24681357"};
  LedgerDisk disk_;
  std::unique_ptr<PinLedger> ledger_ = open_ledger(disk_);
  CardSecrets owner_{Secret("24681357"), {}};
};

TEST_F(RecoveryTest, shows_that_the_pin_given_is_right) {
  card_.tries_left = 2;
  const auto restored = restore();
  EXPECT_TRUE(restored.ok) << restored.message;
  EXPECT_FALSE(restored.changed);
  EXPECT_EQ(restored.full, 3);
  EXPECT_TRUE(as_it_was());
  EXPECT_TRUE(ledger_->history().clean());
}

TEST_F(RecoveryTest, gives_the_original_back_whether_the_change_was_done_or_not) {
  for (const bool done : {true, false}) {
    died_in_change(done);
    const auto restored = restore();
    EXPECT_TRUE(restored.ok) << restored.message;
    EXPECT_EQ(restored.changed, done);
    EXPECT_TRUE(as_it_was());
    EXPECT_TRUE(ledger_->history().clean());
  }
}

TEST_F(RecoveryTest, has_every_try_in_the_ledger_before_the_card_hears_of_it) {
  died_in_change(true);
  int seen = 0;
  card_.counted = [&] {
    ++seen;
    EXPECT_THAT(disk_.text, HasSubstr(seen == 1 ? "try 1 3" : seen == 2 ? "change 0 3" : "try 0 3"));
  };
  EXPECT_TRUE(restore().ok);
  EXPECT_EQ(seen, 3);
}

TEST_F(RecoveryTest, presents_a_wrong_pin_once_and_never_again_by_itself) {
  owner_.pin = Secret("11111111");
  auto restored = restore();
  EXPECT_FALSE(restored.ok);
  EXPECT_THAT(restored.message, HasSubstr("not the card's"));
  EXPECT_THAT(restored.message, HasSubstr("card recover"));
  EXPECT_EQ(card_.tries_left, 2);
  ledger_ = open_ledger(disk_);
  EXPECT_FALSE(restore().ok);
  EXPECT_EQ(card_.tries_left, 2) << "not presented again, in another run either";
}

TEST_F(RecoveryTest, presents_nothing_with_one_try_left) {
  card_.tries_left = 1;
  const auto restored = restore();
  EXPECT_FALSE(restored.ok);
  EXPECT_THAT(restored.message, HasSubstr("--use-last-try"));
  EXPECT_EQ(card_.presented, 0);
  EXPECT_TRUE(restore({.use_last_try = true}).ok) << "a person may";
}

TEST_F(RecoveryTest, keeps_even_a_person_from_the_last_try_while_two_pins_are_possible) {
  died_in_change(true);
  card_.tries_left = 1;
  const auto restored = restore({.use_last_try = true});
  EXPECT_FALSE(restored.ok);
  EXPECT_THAT(restored.message, HasSubstr("2 PINs are possible"));
  EXPECT_EQ(card_.presented, 0);
}

TEST_F(RecoveryTest, presents_nothing_when_the_counter_cannot_be_read) {
  card_.tells_counter = false;
  EXPECT_THAT(restore().message, HasSubstr("does not tell its retry counter"));
  EXPECT_EQ(card_.presented, 0);
}

TEST_F(RecoveryTest, presents_nothing_when_the_ledger_cannot_be_written) {
  disk_.before_append = [](std::string_view) { throw Error(ErrorKind::environment, "no space left"); };
  EXPECT_THROW(restore(), Error);
  EXPECT_EQ(card_.presented, 0);
}

TEST_F(RecoveryTest, needs_a_pin_that_a_card_can_have) {
  for (const auto* pin : {"", "12345", "123456789", "12345a"}) {
    owner_.pin = Secret(pin);
    EXPECT_FALSE(restore().ok) << pin;
  }
  EXPECT_EQ(card_.presented, 0);
}

TEST_F(RecoveryTest, unblocks_only_what_a_run_was_allowed_to_block) {
  card_.tries_left = 0;
  owner_.puk = Secret(card_.puk);
  EXPECT_THAT(restore().message, HasSubstr("blocked"));
  ledger_->note({.kind = Kind::blocking});
  EXPECT_TRUE(restore().ok);
  EXPECT_TRUE(as_it_was());
}

TEST_F(RecoveryTest, presents_a_wrong_puk_once) {
  card_.tries_left = 0;
  owner_.puk = Secret("00000000");
  ledger_->note({.kind = Kind::blocking});
  EXPECT_FALSE(restore().ok);
  EXPECT_THAT(restore().message, HasSubstr("PUK given was refused"));
  EXPECT_EQ(card_.puk_tries_left, 2);
}

}  // namespace
}  // namespace smx::vm
