#include "reports/markdown/markdown_text.h"

#include <gtest/gtest.h>

namespace smx::testing {
namespace {

std::string shown(std::string_view text) {
  return markdown_text(text, 200);
}

TEST(MarkdownText, plain_words_stay_as_they_are) {
  for (const auto* text :
       {"failed although it is documented as supported", "timed out; the mark is unconfirmed",
        "Secure Socket Layer (SSL) client authentication", "12 controls ok, 3 waived",
        "passed in safe-networking", "Smart card PIN management (change/unblock)"})
    EXPECT_EQ(shown(text), text);
  EXPECT_EQ(shown(""), "");
}

TEST(MarkdownText, all_that_could_be_read_as_something_is_code) {
  for (const auto* text : {"@name",
                           "mail@example",
                           "#1",
                           "GH-1",
                           "ABC-12",
                           "!2",
                           "www.example.com",
                           "see http://example",
                           "a *b* c",
                           "[a](b)",
                           "![a](b)",
                           "<b>",
                           "&amp;",
                           "a_b_",
                           "~~a~~",
                           ":smile:",
                           "deadbeef",
                           "1234567",
                           "0a1b2c3",
                           "1. one",
                           "- a",
                           "> a",
                           "$x$",
                           "a  b",
                           " a",
                           "a ",
                           "a\\",
                           "-",
                           "a-",
                           "/b",
                           "Certutil –scinfo"}) {
    const auto is_list = std::string_view(text) == "1. one";  // never stands at the beginning of a line
    EXPECT_EQ(shown(text), is_list ? text : "`" + std::string(text) + "`");
  }
}

TEST(MarkdownText, nothing_gets_out_of_its_code_span) {
  EXPECT_EQ(shown("a ` b `` c"), "`a ' b '' c`");
  EXPECT_EQ(shown("a | b \\| c"), "`a ¦ b \\¦ c`");
  EXPECT_EQ(shown("a\nb\tc\r\nd"), "a b c d");
  EXPECT_EQ(shown("a\n\n# b"), "`a  # b`");
  EXPECT_EQ(shown("\x1b[31mred"), "`\uFFFD[31mred`");
}

TEST(MarkdownText, is_cut_at_its_limit) {
  EXPECT_EQ(markdown_text(std::string(1000, 'x'), 10), "xxxxxxxxxx");
  EXPECT_EQ(markdown_text(std::string(1000, '*'), 10), "`**********`");
}

TEST(MarkdownCode, is_code_even_for_plain_words) {
  EXPECT_EQ(markdown_code("plain", 10), "`plain`");
  EXPECT_EQ(markdown_code("", 10), "");
}

}  // namespace
}  // namespace smx::testing
