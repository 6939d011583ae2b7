#include "vm/safety/guarded_card.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "tests/unit/safety/memory_ledger.h"
#include "tests/unit/safety/model_card.h"
#include "vm/safety/relayed_card.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string padded(std::string_view value) {
  return hex(pad_reference(value));
}

class GuardTest : public ::testing::Test {
 protected:
  void SetUp() override { arm(false); }

  void arm(bool allow_blocking) {
    allow_blocking_ = allow_blocking;
    const auto restored = restore_pin(card_, *ledger_, owner_);
    ASSERT_TRUE(restored.ok) << restored.message;
    number_ = ledger_->new_pin();
    own_ = ledger_->value(number_, owner_.pin);
    guard_ = std::make_unique<GuardedCard>(
        relay_, *ledger_, GuardedCard::Rules{owner_, own_, number_, allow_blocking, restored.full});
    send(hex(select_piv_command()));
    card_.presented = 0;
  }

  std::string send(const std::string& command) { return hex(guard_->transmit(parse_hex(command).value())); }
  std::string verify(std::string_view pin) { return send("0020008008" + padded(pin)); }
  std::string change(std::string_view from, std::string_view to) {
    return send("0024008010" + padded(from) + padded(to));
  }
  std::string unblock(std::string_view puk, std::string_view to) {
    return send("002c008010" + padded(puk) + padded(to));
  }
  void expect_refused(const std::string& answer, const std::string& why) {
    EXPECT_TRUE(answer == "6985" || answer == "6982") << answer;
    EXPECT_THAT(guard_->take_refusals(), HasSubstr(why));
    EXPECT_THAT(relay_.take_trace(), HasSubstr("guard: refused"));
  }

  static constexpr const char* kPin = "24681357";
  ModelCard card_{kPin};
  RelayedCard relay_{card_};
  LedgerDisk disk_;
  std::unique_ptr<PinLedger> ledger_ = open_ledger(disk_);
  CardSecrets owner_{Secret(kPin), Secret("86427531")};
  bool allow_blocking_ = false;
  PinNumber number_ = 0;
  Secret own_;
  std::unique_ptr<GuardedCard> guard_;
};

TEST_F(GuardTest, lets_the_cards_pin_and_what_reads_pass) {
  EXPECT_EQ(verify(kPin), "9000");
  EXPECT_EQ(send("0020008000"), "9000");
  EXPECT_EQ(send("0020ff8000"), "9000");
  EXPECT_EQ(send("00cb3fff055c035fc10200"), "6d00") << "the model card's own answer";
  EXPECT_THAT(guard_->take_refusals(), IsEmpty());
}

TEST_F(GuardTest, lets_one_wrong_pin_of_three_pass_and_no_second_one) {
  EXPECT_EQ(verify("00000000"), "63c2");
  expect_refused(verify("00000001"), "VERIFY of another PIN with 2 left");
  EXPECT_EQ(card_.tries_left, 2);
  EXPECT_EQ(verify(kPin), "9000") << "the right one fills the counter";
  EXPECT_EQ(verify("00000002"), "63c2");
}

TEST_F(GuardTest, does_not_present_again_what_failed) {
  EXPECT_EQ(verify("00000000"), "63c2");
  EXPECT_EQ(verify(kPin), "9000");
  expect_refused(verify("00000000"), "failed before");
  EXPECT_EQ(card_.tries_left, 3);
}

TEST_F(GuardTest, touches_nothing_with_one_try_left) {
  card_.tries_left = 1;
  expect_refused(verify(kPin), "with 1 left");
  expect_refused(change(kPin, own_.reveal()), "with 1 left");
  EXPECT_EQ(card_.presented, 0);
}

TEST_F(GuardTest, presents_nothing_when_the_counter_cannot_be_read) {
  card_.tells_counter = false;
  expect_refused(verify(kPin), "does not tell its retry counter");
  expect_refused(change(kPin, own_.reveal()), "does not tell its retry counter");
  EXPECT_EQ(card_.presented, 0);
}

TEST_F(GuardTest, lets_the_pin_be_changed_to_the_controllers_own_and_back) {
  EXPECT_EQ(change(kPin, own_.reveal()), "9000");
  EXPECT_EQ(card_.pin, own_.reveal());
  EXPECT_EQ(verify(kPin), "63c2") << "the old one is another PIN now";
  EXPECT_EQ(verify(own_.reveal()), "9000");
  EXPECT_EQ(change(own_.reveal(), kPin), "9000");
  EXPECT_EQ(verify(kPin), "9000") << "it may be presented again: the PIN was changed";
  EXPECT_THAT(guard_->take_refusals(), IsEmpty());
}

TEST_F(GuardTest, has_a_change_in_the_ledger_before_the_card_hears_of_it) {
  bool seen = false;
  card_.counted = [&] { seen = disk_.text.find("change 1 3") != std::string::npos; };
  EXPECT_EQ(change(kPin, own_.reveal()), "9000");
  EXPECT_TRUE(seen);
  EXPECT_THAT(disk_.text, HasSubstr("changed 1"));
}

TEST_F(GuardTest, changes_nothing_when_the_ledger_cannot_be_written) {
  disk_.before_append = [](std::string_view) { throw Error(ErrorKind::environment, "no space left"); };
  expect_refused(change(kPin, own_.reveal()), "no space left");
  EXPECT_EQ(card_.pin, kPin);
}

TEST_F(GuardTest, refuses_pins_that_the_ledger_would_not_lead_back_to) {
  expect_refused(change(kPin, "99999999"), "would not lead back to");
  expect_refused(change("00000000", own_.reveal()), "from another PIN than the card's");
  expect_refused(verify(own_.reveal()), "which the card does not have");
  EXPECT_EQ(card_.presented, 0);
  EXPECT_EQ(card_.pin, kPin);
}

TEST_F(GuardTest, refuses_every_pin_while_a_change_is_in_doubt) {
  card_.after = [this] {
    if (card_.pin != kPin) throw Error(ErrorKind::environment, "the answer is lost");
  };
  change(kPin, own_.reveal());
  card_.after = [] {};
  expect_refused(change(own_.reveal(), kPin), "from another PIN than the card's");
}

TEST_F(GuardTest, refuses_to_unblock_and_to_block) {
  expect_refused(unblock("86427531", kPin), "allow_blocking");
  EXPECT_EQ(card_.puk_tries_left, 3);
}

TEST_F(GuardTest, lets_a_card_be_blocked_and_unblocked_where_its_owner_allows_it) {
  arm(true);
  for (const auto* answer : {"63c2", "63c1", "6983"})
    EXPECT_EQ(verify("0000000" + std::to_string(card_.tries_left)), answer);
  EXPECT_THAT(disk_.text, HasSubstr("blocking"));
  EXPECT_EQ(verify(kPin), "6983");
  EXPECT_EQ(unblock("86427531", kPin), "9000");
  EXPECT_EQ(verify(kPin), "9000");
  EXPECT_THAT(guard_->take_refusals(), IsEmpty());
}

TEST_F(GuardTest, does_not_let_a_card_be_blocked_that_could_not_be_unblocked) {
  owner_.puk = Secret();
  arm(true);
  EXPECT_EQ(verify("00000000"), "63c2");
  expect_refused(verify("00000001"), "with 2 left");
}

TEST_F(GuardTest, presents_no_puk_but_the_owners_and_that_one_once) {
  card_.puk = "11111111";
  arm(true);
  expect_refused(unblock("00000000", kPin), "another PUK than the one given");
  EXPECT_EQ(unblock("86427531", kPin), "63c2");
  expect_refused(unblock("86427531", kPin), "failed before");
  expect_refused(unblock("86427531", "99999999"), "failed before");
  EXPECT_EQ(card_.puk_tries_left, 2);
}

TEST_F(GuardTest, refuses_what_manages_the_card) {
  for (const auto* command : {
           "00db3fff035c017e",      // PUT DATA
           "0047009a05ac03800107",  // GENERATE ASYMMETRIC KEY PAIR
           "00fe079a0101",          // import of a key
           "0087039b047c028100",    // a challenge for the management key
           "00e6000000",            // TERMINATE
           "00fb0000",              // a YubiKey's reset
           "00fa0305",              // ... and its retry counters
           "00ffffff0103",          // ... and its management key
           "0ce0000000",            // CREATE FILE by secure messaging
           "10db3fff0400000000",    // PUT DATA in a chain
       }) {
    SCOPED_TRACE(command);
    EXPECT_EQ(send(command), "6982");
    EXPECT_THAT(guard_->take_refusals(), Not(IsEmpty()));
  }
}

TEST_F(GuardTest, keeps_what_it_does_not_know_from_the_card_without_a_word_of_harm) {
  int heard = 0;
  card_.before = [&] { ++heard; };
  EXPECT_EQ(send("0012000000"), "6d00");
  EXPECT_EQ(send("80ca9f7f00"), "6e00");
  EXPECT_EQ(send("0070000001"), "6d00") << "no logical channels";
  EXPECT_EQ(send("012000800812345678ffffffff"), "6e00");
  EXPECT_EQ(send("00200080000008" + padded(kPin)), "6700") << "extended length";
  EXPECT_EQ(send("0020008008"), "6700") << "data that do not come";
  EXPECT_EQ(heard, 0);
  EXPECT_THAT(guard_->take_refusals(), IsEmpty());
}

TEST_F(GuardTest, refuses_pins_of_others) {
  expect_refused(send("0020000008" + padded(kPin)), "not the PIV PIN");
  expect_refused(send("0020008108" + padded(kPin)), "not the PIV PIN");
  expect_refused(send("0024008110" + padded("86427531") + padded("86427531")), "not the PIV PIN");
  expect_refused(send("1020008008" + padded(kPin)), "in a chain");
  EXPECT_EQ(card_.presented, 0);
}

TEST_F(GuardTest, refuses_pins_outside_the_piv_application) {
  send("00a4040006a00000000301");  // the model card takes every AID
  expect_refused(verify(kPin), "outside the PIV application");
  send(hex(select_piv_command()));
  EXPECT_EQ(verify(kPin), "9000");
}

TEST_F(GuardTest, selects_piv_itself_when_nobody_knows_what_is_selected) {
  guard_->reset();
  EXPECT_EQ(verify(kPin), "9000");
  guard_->exclusively([] {});
  EXPECT_EQ(verify(kPin), "9000");
}

TEST_F(GuardTest, lets_no_pin_pass_for_a_card_whose_pin_is_not_known) {
  guard_ = std::make_unique<GuardedCard>(relay_);
  send(hex(select_piv_command()));
  expect_refused(verify(kPin), "whose PIN was not given");
  EXPECT_EQ(send("0020008000"), "63c3");
}

TEST_F(GuardTest, tells_no_pin_in_its_refusals_and_trace) {
  verify("55667788");
  change(kPin, "55667799");
  const auto told = guard_->take_refusals() + relay_.take_trace();
  for (const auto* secret : {"55667788", "55667799", kPin}) {
    EXPECT_THAT(told, Not(HasSubstr(secret)));
    EXPECT_THAT(told, Not(HasSubstr(hex(as_bytes(secret)))));
  }
}

}  // namespace
}  // namespace smx::vm
