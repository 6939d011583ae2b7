#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

// What Windows sends to a card that it does not know by its ATR, after "Discovery Process" and "Windows Inbox
// Smart Card Minidriver" of the Windows driver documentation: it looks for its Plug and Play application, and
// asks for PIV first and for GIDS only when PIV is not there. A status word that says neither "there" nor
// "not there" makes the card an unknown device.

namespace smx::vm {
namespace {

using namespace testing;

class Discovery : public ::testing::Test {
 protected:
  static constexpr std::string_view kPlugAndPlay = "00a404000ba0000003974349445f0100";
  static constexpr std::string_view kPivWithoutVersion = "00a4040009a00000030800001000";
  static constexpr std::string_view kGidsWithoutVersion = "00a4040009a00000039742544659";
  static constexpr std::string_view kGids = "00a404000ba000000397425446590201";

  SmartCard card_{std::make_unique<MemoryCardStore>(full_card())};
  Terminal terminal_{card_};
};

TEST_F(Discovery, finds_no_plug_and_play_application_and_no_identifiers) {
  for (const auto le : {"", "00"}) {
    EXPECT_EQ(terminal_.send(std::string(kPlugAndPlay) + le), "6a82");
    EXPECT_EQ(terminal_.send("00ca7f68" + std::string("00")), "6d00")
        << "GET DATA of ISO 7816-4 is not PIV's";
  }
}

TEST_F(Discovery, finds_piv_by_the_name_without_its_version) {
  for (const auto le : {"", "00"}) {
    const auto answer = terminal_.fetch(std::string(kPivWithoutVersion) + le);
    EXPECT_EQ(answer.substr(0, 2), "61");
    EXPECT_TRUE(answer.ends_with("9000"));
  }
}

TEST_F(Discovery, finds_no_gids_on_a_piv_card_which_stays_selected) {
  terminal_.fetch(kPivWithoutVersion);
  for (const auto name : {kGidsWithoutVersion, kGids}) {
    EXPECT_EQ(terminal_.send(name), "6a82");
    EXPECT_EQ(terminal_.send(std::string(name) + "00"), "6a82");
  }
  EXPECT_EQ(terminal_.fetch("00cb3fff035c017e").substr(0, 4), "7e12");
  EXPECT_EQ(terminal_.fetch("00cb3fff045c027f68"), "6a82") << "the identifiers' tag is no object of PIV";
}

TEST_F(Discovery, then_reads_what_the_inbox_minidriver_wants_of_a_piv_card) {
  terminal_.fetch(kPivWithoutVersion);
  EXPECT_EQ(terminal_.fetch("00cb3fff055c035fc10200").substr(0, 6), "533b30")
      << "the CHUID has the card's GUID";
  EXPECT_EQ(terminal_.fetch("00cb3fff055c035fc10700").substr(0, 2), "53");
  EXPECT_EQ(terminal_.fetch("00cb3fff055c035fc10c00"), "5308c10102c20100fe009000");
  EXPECT_EQ(terminal_.verified(), "63c3");
}

}  // namespace
}  // namespace smx::vm
