#include "vm/card/gids/gids_security.h"

#include <gtest/gtest.h>

#include "tests/unit/card/gids_testing.h"

// VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER, GENERAL AUTHENTICATE.

namespace smx::vm {
namespace {

using namespace testing;

class GidsSecurityTest : public GidsTest {
 protected:
  /// CHANGE REFERENCE DATA of the PIN.
  std::string change(std::string_view from, std::string_view to) {
    return terminal_.with_data("00240080", as_bytes(std::string(from) + std::string(to)));
  }
  std::string unblock_by_admin(std::string_view pin) {
    return terminal_.with_data("002c0280", as_bytes(pin));
  }
  void block() {
    for (int i = 0; i < 3; ++i) terminal_.verify_text("00000000");
  }
};

TEST_F(GidsSecurityTest, takes_a_pin_without_padding_and_counts_wrong_ones) {
  EXPECT_EQ(terminal_.send("00200080"), "63c3");
  EXPECT_EQ(terminal_.verify_text("00000000"), "63c2");
  EXPECT_EQ(terminal_.verify_text("2468135"), "63c1") << "another length is another PIN";
  EXPECT_EQ(terminal_.verify_text(kPin), "9000");
  EXPECT_EQ(terminal_.send("00200080"), "9000");
  EXPECT_EQ(terminal_.log_out(), "9000");
  EXPECT_EQ(terminal_.send("00200080"), "63c3");
  block();
  EXPECT_EQ(terminal_.verify_text(kPin), "6983");
  EXPECT_EQ(terminal_.send("00200080"), "6983");
  EXPECT_EQ(terminal_.tries(), "7f71069701009301039000");
  EXPECT_EQ(card_.status().counters.pin_blocks, 1u);
}

TEST_F(GidsSecurityTest, does_not_count_what_cannot_be_a_pin) {
  EXPECT_EQ(terminal_.verify_text("123"), "63c3");
  EXPECT_EQ(terminal_.verify_text("12345678901234567"), "63c3");
  EXPECT_EQ(terminal_.tries(), "7f71069701039301039000");
}

TEST_F(GidsSecurityTest, knows_no_other_references_than_the_pin) {
  EXPECT_EQ(terminal_.send("00200081"
                           "0431323334"),
            "6a88");
  EXPECT_EQ(terminal_.send("00200000"
                           "0431323334"),
            "6a88");
  EXPECT_EQ(terminal_.send("00200180"
                           "0431323334"),
            "6a86");
  EXPECT_EQ(terminal_.send("00200082"
                           "0431323334"),
            "6a80");
  EXPECT_EQ(terminal_.fetch("00cb3fff045c027f73"), "6a88") << "there is no PUK";
  EXPECT_EQ(terminal_.fetch("00cb3fff045c027f72"), "7f72069701039301039000");
  EXPECT_EQ(terminal_.fetch("00cb3fff045c027f74"), "6a88");
}

TEST_F(GidsSecurityTest, changes_the_pin_to_one_of_another_length_and_back) {
  EXPECT_EQ(change("00000000", "1234"), "63c2");
  EXPECT_EQ(change(kPin, "1234"), "9000");
  EXPECT_EQ(terminal_.send("00200080"), "9000") << "who knew the old one is the user";
  EXPECT_FALSE(card_.status().pin.is_initial);
  terminal_.log_out();
  EXPECT_EQ(terminal_.verify_text(kPin), "63c2");
  EXPECT_EQ(terminal_.verify_text("1234"), "9000");
  EXPECT_EQ(change("1234", "1234567890123456"), "9000");
  EXPECT_EQ(change("1234567890123456", kPin), "9000");
  EXPECT_TRUE(card_.status().pin.is_initial);
  EXPECT_EQ(card_.status().counters.pin_changes, 3u);
}

TEST_F(GidsSecurityTest, refuses_a_new_pin_of_the_wrong_length) {
  EXPECT_EQ(change(kPin, "123"), "6700");
  EXPECT_EQ(change(kPin, "12345678901234567"), "6700");
  EXPECT_EQ(change(kPin, ""), "6700");
  EXPECT_EQ(terminal_.send("00200080"), "63c3") << "a command that fails ends the verified state";
  EXPECT_EQ(change("1234", "123"), "63c3") << "too short for two PINs: not counted";
  EXPECT_EQ(change("1234567890123456", "12345678901234567"), "63c3");
  EXPECT_EQ(change("1234", "5678"), "63c2") << "as long as the PIN itself: a wrong one";
  EXPECT_EQ(terminal_.verify_text(kPin), "9000");
  EXPECT_TRUE(card_.status().pin.is_initial);
}

TEST_F(GidsSecurityTest, replaces_the_pin_alone_when_it_was_verified) {
  EXPECT_EQ(terminal_.send("002401800431323334"), "6982");
  terminal_.verify_text(kPin);
  EXPECT_EQ(terminal_.send("0024018003313233"), "6700");
  EXPECT_EQ(terminal_.send("002401810431323334"), "6a88");
  EXPECT_EQ(terminal_.send("002402800431323334"), "6a86");
  EXPECT_EQ(terminal_.send("002401820431323334"), "6a88");
  EXPECT_EQ(terminal_.send("002401800431323334"), "9000");
  terminal_.log_out();
  EXPECT_EQ(terminal_.verify_text("1234"), "9000");
}

TEST_F(GidsSecurityTest, does_not_change_a_blocked_pin) {
  block();
  EXPECT_EQ(change(kPin, "1234"), "6983");
}

TEST_F(GidsSecurityTest, unblocks_after_the_administrator_authenticated_and_only_once) {
  block();
  EXPECT_EQ(unblock_by_admin("556677"), "6982");
  EXPECT_EQ(terminal_.authenticate_admin(), "9000");
  EXPECT_EQ(unblock_by_admin("123"), "6700");
  EXPECT_EQ(unblock_by_admin("556677"), "9000");
  EXPECT_EQ(terminal_.send("00200080"), "63c3") << "unblocked, not verified";
  EXPECT_EQ(unblock_by_admin("998877"), "6982");
  EXPECT_EQ(terminal_.verify_text("556677"), "9000");
}

TEST_F(GidsSecurityTest, knows_the_forms_of_reset_retry_counter) {
  EXPECT_EQ(terminal_.send("002c0180"), "6a86");
  EXPECT_EQ(terminal_.send("002c0281"
                           "0431323334"),
            "6a88");
  EXPECT_EQ(terminal_.send("002c0080"
                           "083132333435363738"),
            "6a88")
      << "by a PUK, which is not there";
}

TEST_F(GidsSecurityTest, refuses_an_administrator_with_another_key) {
  EXPECT_EQ(terminal_.authenticate_admin(Bytes(24, 0x11)), "6982");
  EXPECT_EQ(terminal_.authenticate_admin(), "9000") << "and lets him try again";
}

TEST_F(GidsSecurityTest, takes_each_answer_to_a_challenge_once) {
  terminal_.choose_admin_key();
  const auto challenge = terminal_.fetch("00870000047c028100");
  const auto answer = gids::encrypt(kAdminKey, from_hex(challenge.substr(8, 16)));
  EXPECT_EQ(terminal_.answer_challenge(answer), "9000");
  EXPECT_EQ(terminal_.answer_challenge(answer), "6985");
  const auto next = terminal_.fetch("00870000047c028100");
  EXPECT_NE(next, challenge);
  EXPECT_EQ(terminal_.answer_challenge(answer), "6982");
}

TEST_F(GidsSecurityTest, forgets_the_administrator_when_another_authentication_begins) {
  block();
  terminal_.authenticate_admin();
  terminal_.fetch("00870000047c028100");
  EXPECT_EQ(unblock_by_admin("556677"), "6982");
}

TEST_F(GidsSecurityTest, authenticates_mutually) {
  terminal_.choose_admin_key();
  const Bytes mine(16, 0x5a);
  const auto challenge = terminal_.fetch("00870000147c128110" + hex(mine));
  ASSERT_EQ(challenge.substr(0, 8), "7c128110");
  auto plain = from_hex(challenge.substr(8, 32));
  append(plain, mine);
  append(plain, from_hex("01020304050607 80"));
  const auto answer = terminal_.fetch("008700002c7c2a8228" + hex(gids::encrypt(kAdminKey, plain)));
  ASSERT_EQ(answer.substr(0, 8), "7c2a8228") << answer;
  const auto theirs = gids::decrypt(kAdminKey, from_hex(answer.substr(8, 80)));
  EXPECT_EQ(Bytes(theirs.begin(), theirs.begin() + 16), mine);
  EXPECT_EQ(hex(Bytes(theirs.begin() + 16, theirs.begin() + 32)), challenge.substr(8, 32));
  EXPECT_EQ(theirs.back(), 0x80);
  EXPECT_EQ(unblock_by_admin("556677"), "9000");
}

TEST_F(GidsSecurityTest, refuses_a_mutual_answer_that_is_wrong_in_any_part) {
  for (const std::size_t wrong : {0u, 15u, 16u, 31u, 39u}) {
    terminal_.choose_admin_key();
    const Bytes mine(16, 0x5a);
    const auto challenge = terminal_.fetch("00870000147c128110" + hex(mine));
    auto plain = from_hex(challenge.substr(8, 32));
    append(plain, mine);
    append(plain, from_hex("0102030405060780"));
    plain[wrong] = static_cast<std::uint8_t>(plain[wrong] ^ 0x01);
    EXPECT_EQ(terminal_.fetch("008700002c7c2a8228" + hex(gids::encrypt(kAdminKey, plain))), "6982") << wrong;
  }
}

TEST_F(GidsSecurityTest, takes_only_well_formed_authentications) {
  EXPECT_EQ(terminal_.fetch("00870000047c028100"), "6985") << "no key was chosen";
  terminal_.choose_admin_key();
  EXPECT_EQ(terminal_.fetch("00870001047c028100"), "6a86");
  for (const auto* bad : {"00870000", "0087000001 7c", "00870000027c00", "00870000047c027900",
                          "00870000057c03810100", "00870000097c078105112233 4455"})
    EXPECT_EQ(terminal_.fetch(bad), "6a80") << bad;
  EXPECT_EQ(terminal_.fetch("00870000047c028200"), "6985") << "there is no challenge to answer";
  terminal_.fetch("00870000047c028100");
  EXPECT_EQ(terminal_.fetch("00870000097c0782051122334455"), "6982");
}

TEST_F(GidsSecurityTest, loses_every_status_with_the_power) {
  terminal_.verify_text(kPin);
  terminal_.authenticate_admin();
  card_.reset();
  EXPECT_EQ(terminal_.send("00200080"), "63c3");
  EXPECT_EQ(unblock_by_admin("556677"), "6982");
  EXPECT_EQ(terminal_.fetch("00870000047c028100"), "6985");
}

TEST_F(GidsSecurityTest, counts_a_try_before_it_compares) {
  store_->fail_at = 1;
  EXPECT_EQ(terminal_.verify_text(kPin), "6581");
  store_->fail_at = 0;
  EXPECT_EQ(terminal_.send("00200080"), "63c3") << "nothing was compared, nothing is verified";
  store_->fail_at = store_->saves + 2;
  EXPECT_EQ(terminal_.verify_text(kPin), "6581") << "right, but the counter could not be set back";
  store_->fail_at = 0;
  EXPECT_EQ(terminal_.send("00200080"), "63c2");
}

TEST_F(GidsSecurityTest, evaluates_access_conditions) {
  CardMemory memory(std::make_unique<MemoryCardStore>(quick_gids_card()));
  GidsSecurity unauthenticated(memory), user(memory);
  const auto pin = as_bytes(kPin);
  ASSERT_EQ(user.verify({0, 0x20, 0, 0x80, pin, {}}).status, sw::kOk);
  struct Case {
    int condition;
    bool by_unauthenticated, by_user;
  };
  for (const auto& c : {Case{0x00, true, true},
                        {0xff, false, false},
                        {0x10, false, true},
                        {0x20, false, false},
                        {0x30, false, true},
                        {0x90, false, true},
                        {0xb0, false, false},
                        {0xa0, false, false},
                        {0x11, false, true},
                        {0x12, false, false},
                        {0x40, false, false},
                        {0x50, false, true},
                        {0xd0, false, false},
                        {0x80, false, false}}) {
    const auto condition = static_cast<std::uint8_t>(c.condition);
    EXPECT_EQ(unauthenticated.satisfies(condition), c.by_unauthenticated) << c.condition;
    EXPECT_EQ(user.satisfies(condition), c.by_user) << c.condition;
  }
}

class BlankGidsSecurity : public BlankGidsTest {};

TEST_F(BlankGidsSecurity, gets_its_first_pin_without_authentication) {
  EXPECT_EQ(terminal_.verify_text("12345678"), "6a88") << "no PIN yet";
  EXPECT_EQ(terminal_.send("002401800331 3233"), "6700");
  EXPECT_EQ(terminal_.send("0024018006313233343536"), "9000");
  EXPECT_EQ(terminal_.verify_text("123456"), "9000");
  EXPECT_TRUE(card_.status().pin.is_initial);
  EXPECT_EQ(terminal_.send("002c0280"
                           "0431323334"),
            "6985")
      << "nothing is unblocked before the operation";
  EXPECT_EQ(terminal_.fetch("00870000047c028100"), "6985");
}

TEST_F(BlankGidsSecurity, may_have_a_puk_which_unblocks) {
  EXPECT_EQ(terminal_.send("0024018006313233343536"), "9000");
  EXPECT_EQ(terminal_.send("00240181083837363534333231"), "9000");
  EXPECT_EQ(terminal_.send("00440000"), "9000");
  EXPECT_EQ(terminal_.fetch("00cb3fff045c027f73"), "7f73069701039301039000");
  for (int i = 0; i < 3; ++i) terminal_.verify_text("000000");
  const auto unblock = [&](std::string_view text) { return terminal_.with_data("002c0080", as_bytes(text)); };
  EXPECT_EQ(unblock("000000001234"), "63c2");
  EXPECT_EQ(unblock("8765"), "63c2") << "too short for both: not counted";
  EXPECT_EQ(unblock("87654321123"), "6700");
  EXPECT_EQ(unblock("876543211234"), "9000");
  EXPECT_EQ(terminal_.verify_text("1234"), "9000");
  EXPECT_EQ(terminal_.with_data("00240081", as_bytes("876543219999")), "9000")
      << "the PUK is changed by itself";
  EXPECT_EQ(terminal_.send("002401810431323334"), "6982") << "but not by the PIN alone";
  for (int i = 0; i < 3; ++i) unblock("000000001234");
  EXPECT_EQ(unblock("99991234"), "6983");
}

}  // namespace
}  // namespace smx::vm
