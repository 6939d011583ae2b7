#include "reports/json/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace smx::testing {
namespace {

TEST(JsonText, is_indented_and_ends_its_line) {
  EXPECT_EQ(json_text({{"a", 1}}), "{\n  \"a\": 1\n}\n");
}

TEST(JsonText, escapes_what_is_not_seen_and_keeps_what_is) {
  EXPECT_EQ(json_text("\x1b \x7f \u009B \u202E \uFFFF \U000E0041"),
            "\"\\u001b \\u007f \\u009b \\u202e \\uffff \\udb40\\udc41\"\n");
  EXPECT_EQ(json_text("é € 日本 😀"), "\"é € 日本 😀\"\n");
  const std::string all = "\x01\x1b\x7f\u009B\u202E\uFFFF\U000E0041\U0010FFFF é";
  EXPECT_EQ(nlohmann::json::parse(json_text(all)), all) << "escaping changes no text";
}

TEST(JsonText, is_utf8_whatever_the_text_is) {
  EXPECT_EQ(json_text("a\xFF\xC0\xAFz"), "\"a\uFFFD\uFFFD\uFFFDz\"\n");
}

TEST(JsonText, cuts_texts_at_a_character) {
  const auto cut = nlohmann::json::parse(json_text({{"a", {std::string(kJsonText - 1, 'x') + "€"}}}));
  EXPECT_EQ(cut["a"][0], std::string(kJsonText - 1, 'x'));
  EXPECT_EQ(nlohmann::json::parse(json_text(std::string(kJsonText, 'x'))), std::string(kJsonText, 'x'));
}

}  // namespace
}  // namespace smx::testing
