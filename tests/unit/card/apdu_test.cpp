#include "vm/card/iso7816/apdu.h"

#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using testing::from_hex;

TEST(Apdu, reads_case_1_without_data_and_without_le) {
  const auto bytes = from_hex("00200080");
  const auto command = parse_command(bytes);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->ins, 0x20);
  EXPECT_EQ(command->p1p2(), 0x0080);
  EXPECT_TRUE(command->data.empty());
  EXPECT_FALSE(command->le);
}

TEST(Apdu, reads_case_2_and_takes_le_00_as_256) {
  const auto some = from_hex("00c0000014"), all = from_hex("00c0000000");
  EXPECT_EQ(parse_command(some)->le, 20u);
  EXPECT_EQ(parse_command(all)->le, 256u);
}

TEST(Apdu, reads_case_3_with_data_only) {
  const auto bytes = from_hex("00a4040003a00000");
  const auto command = parse_command(bytes);
  ASSERT_TRUE(command);
  EXPECT_EQ(hex(command->data), "a00000");
  EXPECT_FALSE(command->le);
}

TEST(Apdu, reads_case_4_with_data_and_le) {
  const auto bytes = from_hex("00a4040003a0000010");
  const auto command = parse_command(bytes);
  ASSERT_TRUE(command);
  EXPECT_EQ(hex(command->data), "a00000");
  EXPECT_EQ(command->le, 16u);
}

TEST(Apdu, refuses_every_length_that_no_short_case_has) {
  for (const auto* text :
       {"", "00", "0020", "002000", "00a4040003a000", "00a4040003a000000102", "00a404000001"}) {
    const auto bytes = from_hex(text);
    EXPECT_FALSE(parse_command(bytes)) << text;
  }
}

TEST(Apdu, refuses_extended_length) {
  const auto case_2 = from_hex("00cb3fff000000");
  EXPECT_FALSE(parse_command(case_2));
  auto case_3 = from_hex("00cb3fff000100");
  case_3.resize(case_3.size() + 256);
  EXPECT_FALSE(parse_command(case_3));
}

TEST(Apdu, writes_data_before_the_status_word) {
  EXPECT_EQ(hex(encode(ResponseApdu(from_hex("0102"), 0x6114))), "01026114");
  EXPECT_EQ(hex(encode(sw::kBlocked)), "6983");
}

TEST(StatusWord, counts_tries_and_waiting_bytes) {
  EXPECT_EQ(sw::tries_left(2), 0x63c2);
  EXPECT_EQ(sw::tries_left(99), 0x63cf);
  EXPECT_EQ(sw::more(20), 0x6114);
  EXPECT_EQ(sw::more(256), 0x6100);
  EXPECT_EQ(sw::more(700), 0x6100);
}

TEST(StatusWord, is_described_in_words) {
  EXPECT_EQ(describe(0x63c1), "1 try left");
  EXPECT_EQ(describe(0x63c2), "2 tries left");
  EXPECT_EQ(describe(0x6983), "blocked");
  EXPECT_EQ(describe(0x1234), "?");
}

}  // namespace
}  // namespace smx::vm
