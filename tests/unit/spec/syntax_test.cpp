#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

struct Broken {
  const char* name;
  const char* text;
  const char* message;
};

class Syntax : public testing::TestWithParam<Broken> {};

TEST_P(Syntax, is_explained_where_it_went_wrong) {
  const std::string text = GetParam().text;
  ASSERT_FALSE(nlohmann::json::accept(text, true)) << "this sample is no broken JSON";
  EXPECT_EQ(problems_of(text), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Broken, Syntax,
    testing::Values(
        Broken{"empty", "", "f.json:1:1: the file is empty; it should hold one JSON object"},
        Broken{"only_a_comment", "// nothing\n",
               "f.json:2:1: the file is empty; it should hold one JSON object"},
        Broken{"open_object", "{\n  \"a\": 1\n",
               "f.json:3:1: the file ends inside the object that begins at 1:1; a \"}\" is missing"},
        Broken{"open_list", "{\"a\": [1, 2",
               "f.json:1:12 (/a): the file ends inside the list that begins at 1:7; a \"]\" is missing"},
        Broken{"ends_behind_key", "{\"a\"",
               "f.json:1:5: the file ends inside the object that begins at 1:1; a \"}\" is missing"},
        Broken{"ends_behind_colon", "{\"a\":",
               "f.json:1:6: the file ends inside the object that begins at 1:1; a \"}\" is missing"},
        Broken{"comma_before_brace", "{\n  \"a\": 1,\n}",
               "f.json:2:9: a comma with nothing behind it; remove it before \"}\""},
        Broken{"comma_before_bracket", "[1, /* two */ ]",
               "f.json:1:3: a comma with nothing behind it; remove it before \"]\""},
        Broken{"two_commas", "[1,,2]", "f.json:1:4: a value is missing before this comma"},
        Broken{"missing_comma", "{\n  \"a\": 1\n  \"b\": 2\n}", "f.json:2:9: a comma is missing here"},
        Broken{"missing_comma_in_list", "[\"a\" \"b\"]", "f.json:1:5: a comma is missing here"},
        Broken{"missing_colon", "{\"a\" 1}", "f.json:1:6: a colon is missing behind the key \"a\""},
        Broken{"missing_value", "{\"a\": }", "f.json:1:7: the key \"a\" has no value"},
        Broken{"missing_value_and_comma", "{\"a\": , \"b\": 1}",
               "f.json:1:7: a value is missing before this comma"},
        Broken{"single_quotes", "{'a': 1}", "f.json:1:2: a text stands in double quotes, not in single ones"},
        Broken{"bare_key", "{name: 1}", "f.json:1:2: a key stands in double quotes: \"name\""},
        Broken{"number_as_key", "{1: 2}", "f.json:1:2: a key stands in double quotes: \"1\""},
        Broken{"bare_word", "{\"a\": virtual}",
               "f.json:1:7: \"virtual\" is no JSON value; a text stands in double quotes"},
        Broken{"python_true", "{\"a\": True}", "f.json:1:7: \"True\" is written true"},
        Broken{"python_none", "{\"a\": None}",
               "f.json:1:7: \"None\" is no JSON value; leave the key out or write null"},
        Broken{
            "leading_zero", "[007]",
            "f.json:1:2: \"007\" is no number that can be read: decimal, no leading zero or plus, not huge"},
        Broken{
            "hexadecimal", "{\"a\": 0x1F}",
            "f.json:1:7: \"0x1F\" is no number that can be read: decimal, no leading zero or plus, not huge"},
        Broken{"glued_words", "[truefalse]",
               "f.json:1:2: \"truefalse\" is no JSON value; a text stands in double quotes"},
        Broken{
            "plus", "[+1]",
            "f.json:1:2: \"+1\" is no number that can be read: decimal, no leading zero or plus, not huge"},
        Broken{"huge", "[1e999]",
               "f.json:1:2: \"1e999\" is no number that can be read: decimal, no leading zero or plus, not "
               "huge"},
        Broken{"open_text", "{\"a\": \"b\n}",
               "f.json:1:7: this text has no closing quote on its line; write a line break as \\n"},
        Broken{"open_text_at_end", "[\"b", "f.json:1:2: this text has no closing quote"},
        Broken{"bad_escape", "[\"C:\\Users\"]",
               "f.json:1:5: this escape does not exist; write a backslash as \\\\"},
        Broken{"bad_hex", "[\"\\u12g4\"]", "f.json:1:3: \\u needs four hex digits behind it"},
        Broken{"half_a_pair", "[\"\\ud800\"]",
               "f.json:1:2: this text holds half of a \\u pair; write the character itself"},
        Broken{"control_character", "[\"a\x01\"]",
               "f.json:1:4: a control character inside a text; write it as \\u0001"},
        Broken{"hash_comment", "# no\n{}", "f.json:1:1: comments begin with //, not with #"},
        Broken{"open_comment", "{ /* no end }",
               "f.json:1:3: this comment has no end; comments are // to the line's end or /* ... */"},
        Broken{"wrong_bracket", "{\"a\": [1}", "f.json:1:9 (/a): \"}\" where \"]\" was expected"},
        Broken{"closes_nothing", "}", "f.json:1:1: \"}\" closes nothing here"},
        Broken{"key_in_list", "[\"a\": 1]",
               "f.json:1:5: a key with a value stands in an object: { }, not in a list: [ ]"},
        Broken{"two_roots", "{}\n{}",
               "f.json:2:1: the file goes on behind its end; it should hold one JSON object"},
        Broken{"strange_character", "{\"a\": =1}",
               "f.json:1:7: \"=1\" cannot stand here; a value was expected"}),
    [](const auto& sample) { return std::string(sample.param.name); });

TEST(SyntaxPlace, follows_what_was_read_before) {
  EXPECT_EQ(
      problems_of("{\"a\": [{\"b\": 1}, 2.5, \"x\", null, true], \"c\": {\"d\": -}}"),
      "f.json:1:52 (/c): \"-\" is no number that can be read: decimal, no leading zero or plus, not huge");
}

}  // namespace
}  // namespace smx::spec
