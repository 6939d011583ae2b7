#include "vm/card/transport/vpcd_session.h"

#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;

class VpcdSessionTest : public ::testing::Test {
 protected:
  std::string say(std::string_view text) { return hex(session_.receive(from_hex(text))); }

  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  VpcdSession session_{card_};
};

TEST_F(VpcdSessionTest, gives_the_atr_and_answers_commands) {
  EXPECT_EQ(say("0001 04"), "000c" + std::string(kDefaultAtr));
  EXPECT_EQ(say("0005 0020008000"), "000263c3");
}

TEST_F(VpcdSessionTest, waits_for_the_rest_of_a_frame) {
  EXPECT_EQ(say("00"), "");
  EXPECT_EQ(say("05 0020"), "");
  EXPECT_EQ(say("008000 0001 04 00"), "000263c3000c" + std::string(kDefaultAtr));
  EXPECT_EQ(say("01 04"), "000c" + std::string(kDefaultAtr));
}

TEST_F(VpcdSessionTest, loses_a_login_with_the_power) {
  for (const auto* control : {"0001 00", "0001 01", "0001 02"}) {
    EXPECT_EQ(say("000d 0020008008" + padded(kPin)), "00029000");
    EXPECT_EQ(say("0005 0020008000"), "00029000");
    EXPECT_EQ(say(control), "");
    EXPECT_EQ(say("0005 0020008000"), "000263c3") << control;
  }
}

TEST_F(VpcdSessionTest, ignores_empty_frames_and_unknown_controls) {
  EXPECT_EQ(say("0000 0001 07 0001 ff"), "");
  EXPECT_EQ(say("0002 ffff"), "00026700");
}

/// A card that says nothing.
class MuteCard : public CardDevice {
 public:
  Bytes atr() override { return {}; }
  Bytes transmit(ByteView) override { return {}; }
  void reset() override {}
};

TEST(VpcdSession, answers_with_an_empty_frame_for_a_mute_card) {
  MuteCard card;
  VpcdSession session(card);
  EXPECT_EQ(hex(session.receive(from_hex("0005 0020008000"))), "0000");
}

}  // namespace
}  // namespace smx::vm
