#include "vm/card/gids/gids_files.h"

#include <gtest/gtest.h>

#include "tests/unit/card/gids_testing.h"
#include "vm/card/gids/gids_application.h"
#include "vm/card/iso7816/tlv.h"

// SELECT, CREATE FILE, ACTIVATE FILE, DELETE FILE, TERMINATE DF.

namespace smx::vm {
namespace {

using namespace testing;

constexpr const char* kTemplate = "61124f0ba00000039742544659020173034001c09000";
constexpr const char* kNewFile = "00e000000e620c8201398302a0208c03033000";

class GidsFiles : public GidsTest {};
class BlankGidsFiles : public BlankGidsTest {};

TEST_F(GidsFiles, are_selected_by_full_and_partial_application_name) {
  for (const auto* select : {"00a404000ba0000003974254465902 01", "00a404000aa000000397425446 5902",
                             "00a4040009a00000039742544659", "00a4040005a000000397"})
    EXPECT_EQ(terminal_.fetch(select), kTemplate) << select;
  EXPECT_EQ(terminal_.send("00a4040009a0000003974254465900"), kTemplate) << "with Le the data comes at once";
  for (const auto* absent :
       {"00a4040009a00000030800001000", "00a404000ba00000039743494 45f0100", "00a404000aa0000003974254465901",
        "00a4040004a0000003", "00a404000ca00000039742544659020100"})
    EXPECT_EQ(terminal_.send(absent), "6a82") << absent;
}

TEST_F(GidsFiles, tell_of_the_application_what_p2_asks_for) {
  EXPECT_EQ(terminal_.fetch("00a4040409a00000039742544659"),
            "6209820138"
            "8c0423203030"
            "9000");
  EXPECT_EQ(terminal_.fetch("00a4040809a00000039742544659"), "64045f2f01409000");
  EXPECT_EQ(terminal_.send("00a4040c09a00000039742544659"), "9000");
  EXPECT_EQ(terminal_.send("00a4040209a00000039742544659"), "6a86");
  EXPECT_EQ(terminal_.fetch("00a40000023fff"), kTemplate);
  EXPECT_EQ(terminal_.fetch("00a40000"), kTemplate);
  EXPECT_EQ(terminal_.send("00a4000c023f00"), "9000");
}

TEST_F(GidsFiles, are_selected_by_file_id) {
  EXPECT_EQ(terminal_.send("00a4000c02a010"), "9000");
  EXPECT_EQ(terminal_.fetch("00a4000402a010"), "620c8201398302a0108c030330009000");
  EXPECT_EQ(terminal_.fetch("00a4000002a010"), "620c8201398302a0108c030330009000");
  EXPECT_EQ(terminal_.send("00a4000c02a015"), "6a82");
  EXPECT_EQ(terminal_.send("00a4000802a010"), "6a86");
  EXPECT_EQ(terminal_.send("00a4000c03a01000"), "6700");
  EXPECT_EQ(terminal_.send("00a4080c043fffa010"), "6a86");
}

TEST_F(GidsFiles, are_created_by_the_user_or_the_administrator_only) {
  EXPECT_EQ(terminal_.send(kNewFile), "6982");
  EXPECT_EQ(terminal_.verify_text(kPin), "9000");
  EXPECT_EQ(terminal_.send(kNewFile), "9000");
  EXPECT_EQ(terminal_.send(kNewFile), "6a89");
  terminal_.log_out();
  EXPECT_EQ(terminal_.authenticate_admin(), "9000");
  EXPECT_EQ(terminal_.send("00e000000e620c8201398302a0218c03033000"), "9000");
  EXPECT_EQ(store_->saved.gids.files.count(0xa020), 1u);
  EXPECT_EQ(store_->saved.gids.files.count(0xa021), 1u);
}

TEST_F(GidsFiles, must_have_whole_control_parameters) {
  terminal_.verify_text(kPin);
  for (const auto* bad : {
           "00e00000",
           "00e00000026200",
           "00e0000003620c82",
           "00e000000c620a8201398302a0208c0103",        // a condition is missing
           "00e0000009620782013983 02a020",             // no conditions at all
           "00e000000e620c8201018302a0208c03033000",    // a transparent file
           "00e000000e620c82013983023fff8c03033000",    // the application itself
           "00e000000e620c8201398302b0818c03033000",    // a data file among the keys
           "00e000000f620d8201188302b0818c0403101000",  // a key without mechanisms
           "00e000000e640c8201398302a0208c03033000",
       })
    EXPECT_EQ(terminal_.send(bad), "6a80") << bad;
  EXPECT_EQ(terminal_.send("00e001000e620c8201398302a0208c03033000"), "6a86");
}

TEST_F(GidsFiles, work_once_they_are_activated) {
  terminal_.verify_text(kPin);
  terminal_.send(kNewFile);
  EXPECT_EQ(terminal_.send("00dba02004df300101"), "6985");
  EXPECT_EQ(terminal_.fetch("00cba020045c02df30"), "6985");
  EXPECT_EQ(terminal_.send("00440100"), "6a86");
  EXPECT_EQ(terminal_.send("004400000100"), "6700");
  EXPECT_EQ(terminal_.send("00440000"), "9000");
  EXPECT_EQ(terminal_.send("00440000"), "9000");
  EXPECT_EQ(terminal_.send("00dba02004df300101"), "9000");
  EXPECT_EQ(terminal_.fetch("00cba020045c02df30"), "df3001019000");
}

TEST_F(GidsFiles, are_deleted_with_what_they_stand_for) {
  terminal_.send("00a4000c02b081");
  EXPECT_EQ(terminal_.send("00e40000"), "6982");
  terminal_.verify_text(kPin);
  EXPECT_EQ(terminal_.send("00e40100"), "6a86");
  EXPECT_EQ(terminal_.send("00e4000002b081"), "6700");
  EXPECT_EQ(terminal_.send("00e40000"), "9000");
  EXPECT_TRUE(store_->saved.keys.empty());
  EXPECT_EQ(terminal_.send("00a4000c02b081"), "6a82");
  EXPECT_EQ(terminal_.send("00e40000"), "6985") << "nothing is selected any more";
}

TEST_F(GidsFiles, let_only_the_administrator_delete_the_administrators_key) {
  terminal_.verify_text(kPin);
  terminal_.send("00a4000c02b080");
  EXPECT_EQ(terminal_.send("00e40000"), "6982");
  EXPECT_EQ(terminal_.authenticate_admin(), "9000");
  EXPECT_EQ(terminal_.send("00e40000"), "9000");
  EXPECT_TRUE(store_->saved.gids.admin_key.empty());
}

TEST_F(GidsFiles, end_with_the_application) {
  EXPECT_EQ(terminal_.send("00e60000"), "6982");
  terminal_.verify_text(kPin);
  EXPECT_EQ(terminal_.send("00e60000"), "6982") << "the PIN is not enough";
  terminal_.authenticate_admin();
  EXPECT_EQ(terminal_.send("00e60100"), "6a86");
  EXPECT_EQ(terminal_.send("00e60000"), "9000");
  EXPECT_EQ(terminal_.send("00a4040c09a00000039742544659"), "6285");
  EXPECT_EQ(terminal_.verify_text(kPin), "6985");
  card_.reset();
  EXPECT_EQ(terminal_.fetch("00cba010045c02df22"), "6985") << "for good";
}

TEST_F(GidsFiles, fill_the_card_up_to_its_capacity) {
  terminal_.verify_text(kPin);
  Bytes content;
  append_tlv(content, 0xdf40, Bytes(3000, 0x55));
  std::string word;
  int written = 0;
  for (; written < 100 && (word.empty() || word == "9000"); ++written) {
    content[1] = static_cast<std::uint8_t>(0x40 + written);
    word = terminal_.with_data("00dba010", content);
  }
  EXPECT_EQ(word, "6a84");
  EXPECT_GT(written, 15);
  EXPECT_LT(written, 25);
}

TEST_F(GidsFiles, are_of_a_limited_number) {
  terminal_.verify_text(kPin);
  std::string word;
  std::size_t created = 0;
  for (; created <= GidsApplication::kMostFiles && word.empty(); ++created) {
    const auto id =
        hex(Bytes{static_cast<std::uint8_t>(0xc0 + created / 256), static_cast<std::uint8_t>(created)});
    if (const auto answer = terminal_.send("00e000000e620c8201398302" + id + "8c03033000"); answer != "9000")
      word = answer;
  }
  EXPECT_EQ(word, "6a84");
}

TEST_F(BlankGidsFiles, need_no_authentication_until_the_application_is_activated) {
  EXPECT_EQ(terminal_.select(), kTemplate);
  EXPECT_EQ(terminal_.send("00440000"), "6985") << "without a PIN it could not be written any more";
  EXPECT_EQ(terminal_.send("002401800831323334353637 38"), "9000");
  EXPECT_EQ(terminal_.send(kNewFile), "9000");
  EXPECT_EQ(terminal_.send("00440000"), "9000");
  EXPECT_EQ(terminal_.send("00a4000c023fff"), "9000");
  EXPECT_EQ(terminal_.send("00440000"), "9000");
  EXPECT_EQ(terminal_.send("00e000000e620c8201398302a0218c03033000"), "6982");
  EXPECT_EQ(store_->saved.gids.state, GidsState::operational);
}

TEST(GidsControlParameters, are_what_microsoft_lays_down) {
  EXPECT_EQ(hex(gids::data_file_fcp(0xa014, 0x20, 0x20)), "620c8201398302a0148c03032020");
  EXPECT_EQ(hex(gids::admin_key_fcp()), "621a8201188302b0808c04870020ffa50ba4098001028301809501c0");
  EXPECT_EQ(
      hex(gids::rsa_key_fcp(0x81)),
      "62478201188302b0818c058f10101000a537b809800107830181950140b809800187830181950140b809800147830181950140"
      "b609800117830181950140b609800157830181950140");
}

TEST(GidsConditions, are_read_in_the_order_of_the_access_mode_bits) {
  const auto fcp = gids::rsa_key_fcp(0x85);
  EXPECT_EQ(gids::condition_for(fcp, gids::kGetPublicKey), 0x00);
  EXPECT_EQ(gids::condition_for(fcp, gids::kGenerateKey), 0x10);
  EXPECT_EQ(gids::condition_for(fcp, gids::kTerminate), std::nullopt);
  const auto admin = gids::admin_key_fcp();
  EXPECT_EQ(gids::condition_for(admin, gids::kUseKey), 0x00);
  EXPECT_EQ(gids::condition_for(admin, gids::kPutKey), 0x20);
  EXPECT_EQ(gids::condition_for(admin, gids::kGetPublicKey), 0xff);
  EXPECT_EQ(gids::condition_for({}, gids::kGetData), std::nullopt);
}

TEST(GidsTagList, holds_tags_of_one_to_three_bytes) {
  using Tags = std::vector<std::uint32_t>;
  EXPECT_EQ(gids::read_tag_list(from_hex("5c02df22")), Tags{0xdf22});
  EXPECT_EQ(gids::read_tag_list(from_hex("5c06df2281 5fc102")), (Tags{0xdf22, 0x81, 0x5fc102}));
  EXPECT_EQ(gids::read_tag_list(from_hex("5c00")), Tags{});
  EXPECT_EQ(gids::read_tag_list(from_hex("5c015c")), Tags{});
  for (const auto* bad :
       {"", "5c", "5c02df", "5c01df", "5c0400", "4d02df22", "5c02df2200", "5c04dfffff22", "5c02dfff"})
    EXPECT_EQ(gids::read_tag_list(from_hex(bad)), std::nullopt) << bad;
}

}  // namespace
}  // namespace smx::vm
