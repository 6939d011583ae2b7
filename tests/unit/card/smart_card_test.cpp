#include "vm/card/device/smart_card.h"

#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;

class SmartCardTest : public ::testing::Test {
 protected:
  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  Terminal terminal_{card_};
  static constexpr std::string_view kGetCertificate = "00cb3fff055c035fc105";
};

TEST_F(SmartCardTest, offers_t0) {
  const auto atr = card_.atr();
  EXPECT_EQ(hex(atr), "3b6800000073c84000009000");
  EXPECT_EQ(atr[1] & 0x80, 0) << "no TD1: T=0 and nothing else";
}

TEST_F(SmartCardTest, hands_long_answers_out_in_pieces_of_256_bytes) {
  EXPECT_EQ(terminal_.send(kGetCertificate), "6100") << "no Le: nothing but the news that there is data";
  const auto first = terminal_.send("00c0000000"), second = terminal_.send("00c0000000");
  EXPECT_EQ(first.size(), (256 + 2) * 2u);
  EXPECT_EQ(first.substr(512), "6100");
  EXPECT_EQ(second.substr(512), "61c9");
  const auto last = terminal_.send("00c00000c9");
  EXPECT_EQ(last.size(), (201 + 2) * 2u);
  EXPECT_EQ(last.substr(402), "9000");
  EXPECT_EQ(terminal_.send("00c0000000"), "6985") << "nothing waits any more";
}

TEST_F(SmartCardTest, gives_what_le_asks_for_at_once) {
  const auto answer = terminal_.send("00cb3fff055c035fc10500");
  EXPECT_EQ(answer.size(), (256 + 2) * 2u);
  EXPECT_EQ(answer.substr(512), "6100");
  EXPECT_EQ(terminal_.send("00cb3fff055c035fc10510").size(), (16 + 2) * 2u);
}

TEST_F(SmartCardTest, gives_less_than_asked_by_get_response_in_several_steps) {
  terminal_.send("00cb3fff035c017e");
  EXPECT_EQ(terminal_.send("00c0000008"),
            "7e124f0ba0000003"
            "610c");
  EXPECT_EQ(terminal_.send("00c0000008"),
            "0800001000010"
            "05f"
            "6104");
  EXPECT_EQ(terminal_.send("00c0000008"),
            "2f024000"
            "9000");
}

TEST_F(SmartCardTest, forgets_a_waiting_answer_at_the_next_command_and_at_a_reset) {
  terminal_.send(kGetCertificate);
  terminal_.verified();
  EXPECT_EQ(terminal_.send("00c0000000"), "6985");
  terminal_.send(kGetCertificate);
  card_.reset();
  EXPECT_EQ(terminal_.send("00c0000000"), "6985");
  EXPECT_EQ(terminal_.send("00c0010000"), "6a86");
  EXPECT_EQ(terminal_.send("00c000000101"), "6700");
}

TEST_F(SmartCardTest, joins_a_chain_with_its_last_command) {
  const auto pin = padded(kPin);
  EXPECT_EQ(terminal_.send("1020008006" + pin.substr(0, 12)), "9000");
  EXPECT_EQ(terminal_.send("0020008002" + pin.substr(12)), "9000");
  EXPECT_EQ(terminal_.verified(), "9000");
}

TEST_F(SmartCardTest, drops_a_chain_that_another_command_interrupts) {
  const auto pin = padded(kPin);
  terminal_.send("1020008006" + pin.substr(0, 12));
  terminal_.send(kSelectPiv);
  EXPECT_EQ(terminal_.send("0020008002" + pin.substr(12)), "6a80");
  terminal_.send("1020008006" + pin.substr(0, 12));
  terminal_.send(
      "1024008001"
      "31");  // another chain
  EXPECT_EQ(terminal_.send("0020008002" + pin.substr(12)), "6a80");
  terminal_.send("1020008006" + pin.substr(0, 12));
  card_.reset();
  EXPECT_EQ(terminal_.send("0020008002" + pin.substr(12)), "6a80");
}

TEST_F(SmartCardTest, refuses_a_chain_without_end) {
  const auto part = "1087119aff" + std::string(510, '0');
  for (int i = 0; i < 64; ++i) ASSERT_EQ(terminal_.send(part), "9000");
  EXPECT_EQ(terminal_.send(part), "6700");
  EXPECT_EQ(terminal_.send("0087119a0100"), "6982") << "the chain was forgotten, the command stands alone";
}

TEST_F(SmartCardTest, refuses_other_classes_and_what_is_no_short_apdu) {
  for (const auto* cla : {"01", "0c", "80", "90", "ff", "20"}) {
    EXPECT_EQ(terminal_.send(std::string(cla) + "cb3fff055c035fc102"), "6e00") << cla;
  }
  for (const auto* bytes : {"", "00", "00cb3f", "00cb3fff055c03", "00cb3fff0000055c035fc102"}) {
    EXPECT_EQ(terminal_.send(bytes), "6700") << bytes;
  }
}

TEST_F(SmartCardTest, never_answers_more_than_256_bytes_and_a_status_word) {
  for (unsigned ins = 0; ins < 256; ++ins) {
    for (const auto* rest :
         {"0000", "000000", "3fff055c035fc105", "3fff055c035fc10500", "0080083131313131313131"}) {
      const auto answer = card_.transmit(from_hex("00" + hex(Bytes{static_cast<std::uint8_t>(ins)}) + rest));
      ASSERT_GE(answer.size(), 2u);
      ASSERT_LE(answer.size(), 258u);
    }
  }
}

TEST(SmartCardMemory, answers_6581_when_its_state_cannot_be_stored_and_gives_nothing_away) {
  auto store = std::make_unique<ScriptedStore>(quick_card());
  auto* script = store.get();
  SmartCard card(std::move(store));
  Terminal terminal(card);
  script->fail_at = 1;
  EXPECT_EQ(terminal.verify(kPin), "6581");
  EXPECT_EQ(terminal.verify("11111111"), "6581");
  EXPECT_EQ(terminal.verified(), "63c3");
  script->fail_at = 0;
  EXPECT_EQ(terminal.verify(kPin), "9000");
}

TEST(SmartCardMemory, ends_the_login_when_a_further_try_cannot_be_stored) {
  auto store = std::make_unique<ScriptedStore>(quick_card());
  auto* script = store.get();
  SmartCard card(std::move(store));
  Terminal terminal(card);
  EXPECT_EQ(terminal.verify(kPin), "9000");
  script->fail_at = 1;
  EXPECT_EQ(terminal.verify(kPin), "6581");
  EXPECT_EQ(terminal.verified(), "63c3");
}

TEST(SmartCardMemory, takes_the_place_of_another_state_with_a_reset) {
  SmartCard card(std::make_unique<MemoryCardStore>(quick_card()));
  Terminal terminal(card);
  const auto first = card.data();
  terminal.verify("11111111");
  terminal.verify(kPin);
  terminal.verify("11111111");
  card.replace(first);
  EXPECT_EQ(terminal.verified(), "63c3");
  EXPECT_EQ(card.status().pin.tries_left, 3);
}

}  // namespace
}  // namespace smx::vm
