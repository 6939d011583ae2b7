#include "vm/card/iso7816/tlv.h"

#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"
#include "vm/card/piv/piv_objects.h"

namespace smx::vm {
namespace {

using testing::from_hex;

TEST(Tlv, reads_objects_with_tags_of_one_to_three_bytes) {
  const auto bytes = from_hex("5c0101 5f2f024000 5fc1050105");
  TlvReader reader(bytes);
  EXPECT_EQ(reader.next()->tag, 0x5cu);
  EXPECT_EQ(hex(reader.next()->value), "4000");
  EXPECT_EQ(reader.next()->tag, 0x5fc105u);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.broken());
}

TEST(Tlv, writes_every_form_of_length_and_reads_it_back) {
  for (const std::size_t size : {0u, 127u, 128u, 255u, 256u, 65535u}) {
    const auto bytes = make_tlv(0x53, Bytes(size, 0xab));
    const auto value = find_tlv(bytes, 0x53);
    ASSERT_TRUE(value) << size;
    EXPECT_EQ(value->size(), size);
  }
  EXPECT_EQ(hex(make_tlv(0x53, Bytes(200, 0))).substr(0, 6), "5381c8");
  EXPECT_EQ(hex(make_tlv(0x5fc105, {})), "5fc10500");
}

TEST(Tlv, refuses_to_write_what_no_card_holds) {
  EXPECT_THROW(make_tlv(0x53, Bytes(65536)), Error);
}

TEST(Tlv, is_broken_by_truncation_indefinite_length_and_long_tags) {
  for (const auto* text : {"5c", "5c05 0102", "5f", "5fc1", "5fc1c1c1 00", "5c80", "5c84 00000001 00",
                           "5c82 01", "5c83 ffffff 00"}) {
    const auto bytes = from_hex(text);
    TlvReader reader(bytes);
    EXPECT_FALSE(reader.next()) << text;
    EXPECT_TRUE(reader.broken()) << text;
    EXPECT_FALSE(reader.next()) << text;
  }
}

TEST(Tlv, finds_the_first_object_of_a_tag_and_nothing_behind_broken_bytes) {
  const auto good = from_hex("8200 8101aa 8101bb"), bad = from_hex("8205 8101aa");
  EXPECT_EQ(hex(*find_tlv(good, 0x81)), "aa");
  EXPECT_FALSE(find_tlv(good, 0x83));
  EXPECT_FALSE(find_tlv(bad, 0x81));
}

// Cards in the field with agency, system and credential of nines begin with these bytes.
TEST(PivObjects, pack_a_fasc_n_of_25_bytes_with_odd_parity) {
  const auto fasc_n = piv::fasc_n("999999", "0123456789");
  ASSERT_EQ(fasc_n.size(), 25u);
  EXPECT_EQ(hex(fasc_n).substr(0, 22), "d4e739da739ced39ce739d");
  unsigned check = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    unsigned ones = 0, value = 0;
    for (std::size_t bit = 0; bit < 5; ++bit) {
      const std::size_t at = i * 5 + bit;
      const auto b = static_cast<unsigned>(fasc_n[at / 8] >> (7 - at % 8) & 1);
      ones += b;
      if (bit < 4) value |= b << bit;
    }
    EXPECT_EQ(ones % 2, 1u) << "character " << i;
    check ^= value;
  }
  EXPECT_EQ(check, 0u) << "the last character checks all the others";
}

TEST(PivObjects, give_every_card_a_chuid_and_a_ccc_of_its_own) {
  const auto one = piv::new_chuid(), other = piv::new_chuid();
  EXPECT_EQ(find_tlv(one, 0x30)->size(), 25u);
  EXPECT_EQ(find_tlv(one, 0x34)->size(), 16u);
  EXPECT_NE(hex(*find_tlv(one, 0x34)), hex(*find_tlv(other, 0x34)));
  const auto ccc = piv::new_ccc();
  EXPECT_EQ(find_tlv(ccc, 0xf0)->size(), 21u);
  EXPECT_NE(ccc, piv::new_ccc());
}

}  // namespace
}  // namespace smx::vm
