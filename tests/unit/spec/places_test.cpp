#include "harness/spec/places.h"

#include <gtest/gtest.h>

namespace smx::spec {
namespace {

TEST(Places, count_lines_and_columns_from_one) {
  const Lines lines("ab\ncd\n");
  EXPECT_EQ(lines.place(0), (Place{1, 1}));
  EXPECT_EQ(lines.place(1), (Place{1, 2}));
  EXPECT_EQ(lines.place(3), (Place{2, 1}));
  EXPECT_EQ(lines.place(6), (Place{3, 1}));
}

TEST(Places, keep_offsets_behind_the_end_at_the_end) {
  EXPECT_EQ(Lines("ab").place(99), (Place{1, 3}));
  EXPECT_EQ(Lines("").place(99), (Place{1, 1}));
}

TEST(Places, count_characters_not_bytes) {
  EXPECT_EQ(Lines("\xC3\xA4\xE2\x82\xACx").place(5), (Place{1, 3}));
}

TEST(Places, take_no_notice_of_a_byte_order_mark) {
  EXPECT_EQ(Lines("\xEF\xBB\xBFx").place(3), (Place{1, 1}));
  EXPECT_EQ(Lines("\xEF\xBB\xBFx").place(0), (Place{1, 1}));
}

TEST(Utf8, accepts_each_length_up_to_its_limits) {
  EXPECT_FALSE(first_invalid_utf8("plain"));
  EXPECT_FALSE(first_invalid_utf8("\xC2\x80\xDF\xBF"));
  EXPECT_FALSE(first_invalid_utf8("\xE0\xA0\x80\xED\x9F\xBF\xEF\xBF\xBF"));
  EXPECT_FALSE(first_invalid_utf8("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
}

TEST(Utf8, names_the_first_bad_byte) {
  EXPECT_EQ(first_invalid_utf8("ab\xFFz"), 2u);
  EXPECT_EQ(first_invalid_utf8("a\x80"), 1u);         // continuation without a lead
  EXPECT_EQ(first_invalid_utf8("\xC0\x80"), 0u);      // overlong
  EXPECT_EQ(first_invalid_utf8("\xE0\x9F\x80"), 0u);  // overlong
  EXPECT_EQ(first_invalid_utf8("\xED\xA0\x80"), 0u);  // surrogate
  EXPECT_EQ(first_invalid_utf8("\xF0\x8F\xBF\xBF"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xF4\x90\x80\x80"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xE2\x82"), 0u);  // cut off
  EXPECT_EQ(first_invalid_utf8("x\xE2\x82z"), 1u);
}

}  // namespace
}  // namespace smx::spec
