#include <gtest/gtest.h>

#include "tests/unit/card/gids_testing.h"

// What Windows asks a card that was just inserted, in the order of Microsoft's page "Discovery Process", with
// a GIDS card in the reader.

namespace smx::vm {
namespace {

using namespace testing;

constexpr const char* kPlugAndPlayAid = "00a404000ba00000039743494 45f010000";
constexpr const char* kPivAid = "00a4040009a0000003080000100000";
constexpr const char* kGidsAid = "00a4040009a0000003974254465900";
constexpr const char* kGidsTemplate = "61124f0ba00000039742544659020173034001c09000";

class GidsDiscovery : public GidsTest {};

TEST_F(GidsDiscovery, by_plug_and_play_ends_at_the_gids_application) {
  const auto atr = card_.atr();
  EXPECT_EQ(atr[1] & 0x0f, 8) << "historical bytes: the device id of Plug and Play";
  EXPECT_EQ(terminal_.send(kPlugAndPlayAid), "6a82") << "no Plug and Play application";
  // GET DATA of 7F68 is sent all the same; CA is the instruction that the page names.
  EXPECT_EQ(terminal_.send("00ca7f6800"), "6d00");
  EXPECT_EQ(terminal_.send("00a40000023f00").substr(0, 2), "61") << "the master file";
  EXPECT_EQ(terminal_.send("00a4000c022f01"), "6a82") << "no EF.ATR";
  EXPECT_EQ(terminal_.send("00b0000000"), "6d00") << "no READ BINARY";
  EXPECT_EQ(terminal_.send(kPivAid), "6a82");
  EXPECT_EQ(terminal_.send(kGidsAid), kGidsTemplate);
}

TEST_F(GidsDiscovery, by_winscard_asks_for_gids_first) {
  EXPECT_EQ(terminal_.send(kGidsAid), kGidsTemplate);
}

TEST_F(GidsDiscovery, by_the_class_minidriver_asks_for_piv_first) {
  EXPECT_EQ(terminal_.send(kPivAid), "6a82");
  EXPECT_EQ(terminal_.send(kGidsAid), kGidsTemplate);
}

TEST_F(GidsDiscovery, is_followed_by_the_minidrivers_first_reads) {
  terminal_.send(kPivAid);
  EXPECT_EQ(terminal_.send("00a4000c023fff"), "9000");
  EXPECT_EQ(terminal_.send(kGidsAid), kGidsTemplate);
  EXPECT_EQ(terminal_.fetch("00cb3fff045c027f73"), "6a88") << "no PUK: unblocking is the administrator's";
  EXPECT_EQ(terminal_.fetch("00cba000045c02df1f").substr(0, 10), "df1f81a901");
  EXPECT_EQ(terminal_.fetch("00cba012045c02df20").substr(0, 6), "df2010");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df22"), "df22060000000000009000");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df23").substr(0, 6), "df2356");
}

TEST(PivDiscovery, finds_no_gids_application_on_a_piv_card) {
  SmartCard card(std::make_unique<MemoryCardStore>(quick_card()));
  Terminal terminal(card);
  EXPECT_EQ(terminal.send(kGidsAid), "6a82");
  EXPECT_EQ(terminal.send(kPlugAndPlayAid), "6a82");
  EXPECT_EQ(terminal.fetch(kPivAid).substr(0, 2), "61");
}

}  // namespace
}  // namespace smx::vm
