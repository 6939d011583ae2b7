#include "harness/core/text.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"

namespace smx {
namespace {

using namespace std::string_literals;

TEST(OneLine, has_no_line_ends_tabs_or_controls_left) {
  EXPECT_EQ(one_line("a\nb\tc\r\nd", 100), "a b c d");
  EXPECT_EQ(one_line("\x1b[31m\xff", 100), "\uFFFD[31m\uFFFD");
  EXPECT_EQ(one_line("abcdef", 3), "abc");
}

TEST(SanitizeGuestText, keeps_plain_text_tabs_and_newlines) {
  EXPECT_EQ(sanitize_guest_text("a\tb\nç€😀", 100), "a\tb\nç€😀");
  EXPECT_EQ(sanitize_guest_text("a\r\nb", 100), "a\nb");
}

TEST(SanitizeGuestText, replaces_control_characters_and_escapes) {
  EXPECT_EQ(sanitize_guest_text("\x1b[31mred", 100), "\uFFFD[31mred");
  EXPECT_EQ(sanitize_guest_text("a\0b\x7f"s, 100), "a\uFFFDb\uFFFD");
  EXPECT_EQ(sanitize_guest_text("a\rb", 100), "a\uFFFDb");
  EXPECT_EQ(sanitize_guest_text("\xC2\x9B", 100), "\uFFFD") << "the C1 control sequence introducer";
  EXPECT_EQ(sanitize_guest_text("safe\u202Efdp", 100), "safe\uFFFDfdp") << "a right-to-left override";
}

TEST(SanitizeGuestText, shows_where_something_is_that_is_not_seen) {
  for (const auto* unseen :
       {"\u00AD", "\u061C", "\u200B", "\u200D", "\u200F", "\u2028", "\u202A", "\u2060", "\u2066", "\uFEFF",
        "\uFFFE", "\uFDD0", "\U0001FFFF", "\U000E0041", "\U000F0000"})
    EXPECT_EQ(sanitize_guest_text("a"s + unseen + "b", 100), "a\uFFFDb") << unseen;
  for (const auto* seen : {"\u00A0", "\u2014", "\u2027", "\u2030", "\uFFFC", "é", "€", "日本", "\U0001F600"})
    EXPECT_EQ(sanitize_guest_text(seen, 100), seen);
}

TEST(SanitizeGuestText, replaces_what_is_no_utf8) {
  EXPECT_EQ(sanitize_guest_text("\xFF", 100), "\uFFFD");
  EXPECT_EQ(sanitize_guest_text("\xC0\xAF", 100), "\uFFFD\uFFFD") << "an overlong slash";
  EXPECT_EQ(sanitize_guest_text("\xED\xA0\x80", 100), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(sanitize_guest_text("\xF4\x90\x80\x80", 100), "\uFFFD\uFFFD\uFFFD\uFFFD") << "past U+10FFFF";
  EXPECT_EQ(sanitize_guest_text("\xE2\x82", 100), "\uFFFD\uFFFD") << "cut off";
}

TEST(SanitizeGuestText, cuts_at_a_character) {
  EXPECT_EQ(sanitize_guest_text("ab€", 4), "ab");
}

TEST(Closest, suggests_what_is_near_and_nothing_else) {
  EXPECT_EQ(closest("virtaul", {"virtual", "pcsc-relay"}), "virtual");
  EXPECT_EQ(closest("zebra", {"virtual", "pcsc-relay"}), "");
  EXPECT_EQ(closest(std::string(1000, 'x'), {std::string(1000, 'x')}), "");
}

TEST(GlobMatch, lets_a_star_stand_for_any_run) {
  EXPECT_TRUE(glob_match("*/safe-*/virtual/*", "t/safe-networking/virtual/pin"));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob_match("a*b", "aXc"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_FALSE(glob_match("a", "ab"));
}

TEST(Base64, goes_there_and_back) {
  for (const auto& bytes : {""s, "a"s, "ab"s, "abc"s, "\0\xff\x80"s})
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
}

TEST(Base64, refuses_everything_else) {
  for (const auto* text : {"a", "abc", "ab=c", "a b=", "====", "YWJj\n",
                           "YW=="
                           "YW=="})
    EXPECT_THROW(base64_decode(text), Error) << text;
}

TEST(Joined, puts_a_comma_between_words) {
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({"", "b"}), ", b");
  EXPECT_EQ(joined({"a", "b", "c"}), "a, b, c");
}

TEST(Lower, changes_ascii_capitals_only) {
  EXPECT_EQ(lower("AZ az 09 @[ \xC3\x84"), "az az 09 @[ \xC3\x84");
}

TEST(ToHex, writes_lower_case) {
  EXPECT_EQ(to_hex("\x00\xab\x7f"s), "00ab7f");
}

}  // namespace
}  // namespace smx
