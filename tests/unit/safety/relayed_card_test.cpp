#include "vm/safety/relayed_card.h"

#include <gmock/gmock.h>

#include "tests/unit/safety/model_card.h"
#include "vm/safety/piv_pin.h"

namespace smx::vm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kT0 = "3b6800000073c84000009000";
/// TS, T0 (TD1, 8 historical bytes), TD1: T=1, historical bytes, TCK.
constexpr const char* kT1 =
    "3b88010073c84000009000"
    "e2";
/// TD1 says T=0, TD2 says T=1.
constexpr const char* kBoth =
    "3b888001"
    "0073c84000009000"
    "62";

/// A card that says what a test wants, and remembers what it heard.
class Card : public CardDevice {
 public:
  std::string its_atr = kT0;
  std::vector<std::string> heard;
  std::string answer = "9000";
  int resets = 0;
  Bytes atr() override { return parse_hex(its_atr).value(); }
  Bytes transmit(ByteView command) override {
    heard.push_back(hex(command));
    return parse_hex(answer).value();
  }
  void reset() override { ++resets; }
};

std::string send(CardDevice& card, const std::string& command) {
  return hex(card.transmit(parse_hex(command).value()));
}

TEST(Atr, begins_with_t0_or_not) {
  EXPECT_TRUE(begins_with_t0(*parse_hex(kT0)));
  EXPECT_TRUE(begins_with_t0(*parse_hex(kBoth)));
  EXPECT_FALSE(begins_with_t0(*parse_hex(kT1)));
  EXPECT_FALSE(begins_with_t0(*parse_hex("3bfd1300008131fe158073c021c057597562694b657940")));  // a YubiKey 5
  for (const auto* broken : {"", "3b", "3bf0", "3b80"}) EXPECT_FALSE(begins_with_t0(*parse_hex(broken)));
}

TEST(Atr, is_made_for_t0_with_the_historical_bytes_of_the_cards) {
  EXPECT_EQ(hex(t0_atr(*parse_hex(kT1))), kT0);
  EXPECT_EQ(hex(t0_atr(*parse_hex("3bfd1300008131fe158073c021c057597562694b657940"))),
            "3b6d00008073c021c057597562694b6579");
  for (const auto* broken : {"", "3b", "3bff", "3b8f01", "3bffffffffffffff"})
    EXPECT_EQ(hex(t0_atr(*parse_hex(broken))), "3b600000") << broken;
}

TEST(RelayedCard, shows_the_cards_own_atr_when_it_can) {
  Card card;
  RelayedCard relay(card);
  EXPECT_EQ(hex(relay.atr()), kT0);
  card.its_atr = kT1;
  RelayedCard other(card);
  EXPECT_EQ(hex(other.atr()), kT0);
  EXPECT_EQ(hex(other.real_atr()), kT1);
  EXPECT_THAT(other.take_trace(), HasSubstr(std::string(kT1) + " offers no T=0 at first"));
}

TEST(RelayedCard, hands_a_t0_card_what_the_guest_says) {
  Card card;
  RelayedCard relay(card);
  card.answer = "6110";
  EXPECT_EQ(send(relay, "00a4040005a000000308"), "6110");
  card.answer = "61009000";
  EXPECT_EQ(send(relay, "00c0000010"), "61009000");
  EXPECT_EQ(send(relay, "0020008000"), "61009000");
  EXPECT_THAT(card.heard, ElementsAre("00a4040005a000000308", "00c0000010", "0020008000"));
}

class RelayedT1Card : public ::testing::Test {
 protected:
  RelayedT1Card() { card_.its_atr = kT1; }
  static std::string repeated(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "ab";
    return text;
  }
  Card card_;
  RelayedCard& relay() {
    if (!relay_) relay_.emplace(card_);
    return *relay_;
  }

 private:
  std::optional<RelayedCard> relay_;
};

TEST_F(RelayedT1Card, gets_the_le_that_t0_has_no_room_for) {
  card_.answer = "010203049000";
  EXPECT_EQ(send(relay(), "00a4040005a000000308"), "6104");
  EXPECT_EQ(send(relay(), "00c0000004"), "010203049000");
  EXPECT_THAT(card_.heard, ElementsAre("00a4040005a00000030800"));
}

TEST_F(RelayedT1Card, gets_no_le_where_nothing_comes_back) {
  send(relay(), "002000800824681357ffffffff");
  send(relay(), "0020008000");
  send(relay(), "10870799020102");
  EXPECT_THAT(card_.heard, ElementsAre("002000800824681357ffffffff", "00200080", "10870799020102"));
}

TEST_F(RelayedT1Card, hands_out_at_most_256_bytes_at_a_time) {
  card_.answer = repeated(300) + "9000";
  EXPECT_EQ(send(relay(), "00cb3fff055c035fc105"), "6100");
  EXPECT_EQ(send(relay(), "00c0000000"), repeated(256) + "612c");
  EXPECT_EQ(send(relay(), "00c000002c"), repeated(44) + "9000");
}

TEST_F(RelayedT1Card, passes_get_response_on_when_the_card_has_more_itself) {
  card_.answer = repeated(256) + "6130";
  EXPECT_EQ(send(relay(), "00cb3fff055c035fc105"), "6100");
  EXPECT_EQ(send(relay(), "00c0000000"), repeated(256) + "6130");
  card_.answer = repeated(48) + "9000";
  EXPECT_EQ(send(relay(), "00c0000030"), repeated(48) + "9000");
  EXPECT_THAT(card_.heard, ElementsAre("00cb3fff055c035fc10500", "00c0000030"));
}

TEST_F(RelayedT1Card, forgets_what_nobody_fetched) {
  card_.answer = "010203049000";
  send(relay(), "00a4040005a000000308");
  card_.answer = "9000";
  send(relay(), "0020008000");
  card_.answer = "6985";
  EXPECT_EQ(send(relay(), "00c0000004"), "6985") << "asked of the card";
}

TEST(RelayedCard, answers_what_is_no_short_apdu_itself) {
  Card card;
  RelayedCard relay(card);
  for (const auto* command : {"", "00", "00a40400", "00cb3fff0000055c035fc1050000"})
    if (std::string_view(command) != "00a40400") {
      EXPECT_EQ(send(relay, command), "6700") << command;
    }
  EXPECT_TRUE(card.heard.empty());
}

TEST(RelayedCard, is_mute_when_the_card_is) {
  Card card;
  RelayedCard relay(card);
  card.answer = "";
  EXPECT_EQ(send(relay, "0020008000"), "");
  EXPECT_THAT(relay.take_trace(), HasSubstr("VERIFY PIN (status) -> no answer"));
  card.answer = "90";
  EXPECT_EQ(send(relay, "0020008000"), "") << "no status word";
}

TEST(RelayedCard, counts_what_it_sees) {
  ModelCard card("24681357");
  RelayedCard relay(card);
  PivPin pin(relay);
  ASSERT_TRUE(pin.start_afresh());
  EXPECT_EQ(pin.change(Secret("24681357"), Secret("13572468")), sw::kOk);
  EXPECT_NE(pin.change(Secret("24681357"), Secret("13572468")), sw::kOk);
  EXPECT_EQ(relay.counters().pin_changes, 1u);
  pin.verify(Secret("00000000"));
  EXPECT_EQ(relay.counters().pin_blocks, 0u);
  EXPECT_EQ(pin.verify(Secret("00000001")), sw::kBlocked);
  EXPECT_EQ(relay.counters().pin_blocks, 1u);
  EXPECT_EQ(pin.unblock(Secret("86427531"), Secret("24681357")), sw::kOk);
  EXPECT_EQ(relay.counters().pin_changes, 2u);
  EXPECT_EQ(relay.counters().signatures, 0u);
}

TEST(RelayedCard, counts_a_signature_once_and_only_when_it_was_made) {
  Card card;
  RelayedCard relay(card);
  send(relay, "1087079a020102");
  EXPECT_EQ(relay.counters().signatures, 0u) << "the chain goes on";
  card.answer = "6982";
  send(relay, "0087079a020102");
  EXPECT_EQ(relay.counters().signatures, 0u);
  card.answer = "6100";
  send(relay, "0087079a020102");
  send(relay, "00c0000000");
  EXPECT_EQ(relay.counters().signatures, 1u);
}

TEST(PivPin, reads_an_object_in_all_its_parts) {
  class Parts : public Card {
   public:
    Bytes transmit(ByteView command) override {
      heard.push_back(hex(command));
      return parse_hex(heard.size() == 1 ? "5304aabb6102" : "ccdd9000").value();
    }
  } card;
  EXPECT_EQ(hex(read_object(card, 0x5fc102).value()), "aabbccdd");
  EXPECT_THAT(card.heard, ElementsAre("00cb3fff055c035fc102", "00c0000002"));
  Card none;
  none.answer = "6a82";
  EXPECT_EQ(read_object(none, 0x5fc102), std::nullopt);
  none.answer =
      "5300"
      "9000";
  EXPECT_EQ(read_object(none, 0x5fc102), std::nullopt);
}

}  // namespace
}  // namespace smx::vm
