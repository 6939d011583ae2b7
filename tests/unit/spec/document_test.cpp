#include "harness/spec/document.h"

#include <gtest/gtest.h>

#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

struct Parsed {
  explicit Parsed(const std::string& text) : document(parse_document("f.json", text, problems)) {}
  Problems problems;
  std::optional<Document> document;
};

Value at(const Value& value, const std::string& key) {
  const auto member = value.member(key);
  EXPECT_TRUE(member) << key;
  return member.value_or(value);
}

TEST(Document, knows_place_and_pointer_of_each_value) {
  const Parsed parsed("// a matrix\n{\n  \"readers\": [ {}, {\"kind\": \"virtual\"} ],\n  \"n\" : 12\n}\n");
  ASSERT_TRUE(parsed.document);
  const auto readers = at(parsed.document->root(), "readers");
  EXPECT_EQ(readers.place(), (Place{3, 14}));
  const auto kind = at(readers.children()[1], "kind");
  EXPECT_EQ(kind.place(), (Place{3, 29}));
  EXPECT_EQ(kind.pointer(), "/readers/1/kind");
  const auto n = at(parsed.document->root(), "n");
  EXPECT_EQ(n.place(), (Place{4, 9}));
  EXPECT_EQ(n.node().integer, 12);
}

TEST(Document, places_values_behind_numbers_and_comments) {
  const Parsed parsed("[1,22,/* x */-3.5 ,\ttrue,\n\"s\"]");
  ASSERT_TRUE(parsed.document);
  std::vector<Place> places;
  for (const auto& item : parsed.document->root().children()) places.push_back(item.place());
  EXPECT_EQ(places, (std::vector<Place>{{1, 2}, {1, 4}, {1, 14}, {1, 21}, {2, 1}}));
}

TEST(Document, escapes_pointers) {
  const Parsed parsed("{\"a/b~c\": 1}");
  ASSERT_TRUE(parsed.document);
  EXPECT_EQ(parsed.document->root().children()[0].pointer(), "/a~1b~0c");
}

TEST(Document, tells_whole_numbers_from_others) {
  const Parsed parsed("[1, -1, 1.0, 1e2, 9223372036854775807, 9223372036854775808, 99999999999999999999]");
  ASSERT_TRUE(parsed.document);
  std::vector<bool> whole;
  for (const auto& item : parsed.document->root().children())
    whole.push_back(item.node().integer.has_value());
  EXPECT_EQ(whole, (std::vector<bool>{true, true, false, false, true, false, false}));
}

TEST(Document, finds_duplicate_keys_and_keeps_the_first) {
  const Parsed parsed("{\"a\": {\n  \"x\": 1,\n  \"y\": 2,\n  \"x\": 3}}");
  ASSERT_TRUE(parsed.document);
  EXPECT_EQ(parsed.problems.text(),
            "f.json:4:3 (/a/x): the key \"x\" is there twice (first in line 2); remove one");
  EXPECT_EQ(at(at(parsed.document->root(), "a"), "x").node().integer, 1);
}

TEST(Document, takes_the_same_key_in_two_objects) {
  EXPECT_EQ(problems_of("[{\"a\": 1}, {\"a\": {\"a\": 2}}]"), "");
}

TEST(Document, reads_a_byte_order_mark_and_windows_line_ends) {
  const Parsed parsed("\xEF\xBB\xBF{\r\n  \"a\": 1\r\n}");
  ASSERT_TRUE(parsed.document);
  EXPECT_EQ(parsed.document->root().place(), (Place{1, 1}));
  EXPECT_EQ(at(parsed.document->root(), "a").place(), (Place{2, 8}));
}

TEST(Document, refuses_other_encodings) {
  EXPECT_EQ(problems_of(std::string("\xFF\xFE{\0}\0", 6)),
            "f.json:1:1: the file is UTF-16; save it as UTF-8");
  EXPECT_EQ(problems_of("{\"a\": \"\xE4\"}"), "f.json:1:8: this byte is no UTF-8; save the file as UTF-8");
}

TEST(Document, bounds_nesting) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_EQ(problems_of(nested(kDepthLimit)), "");
  EXPECT_NE(problems_of(nested(kDepthLimit + 1)).find("nested deeper than 64 levels"), std::string::npos);
  EXPECT_NE(problems_of(nested(400000)).find("f.json:1:65"), std::string::npos);
}

TEST(Document, bounds_size_and_number_of_values) {
  EXPECT_EQ(problems_of("\"" + std::string(kFileLimit, 'x') + "\""),
            "f.json:1:1: the file is larger than 1048576 bytes");
  std::string many = "[1";
  for (std::size_t i = 0; i < kValueLimit; ++i) many += ",1";
  EXPECT_NE(problems_of(many + "]").find("the file holds more than 50000 values"), std::string::npos);
}

TEST(Document, counts_what_nobody_reads_any_more) {
  std::string text = "{\"a\":1";
  for (int i = 0; i < 205; ++i) text += ",\"a\":1";
  const auto lines = problems_of(text + "}");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 200);
  EXPECT_NE(lines.find("\n... and 5 more"), std::string::npos);
}

TEST(Document, keeps_messages_on_one_line) {
  const auto text = problems_of("{\"a\\nb\\u001b\": 1, \"a\\nb\\u001b\": 2}");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0) << text;
  EXPECT_EQ(text.find('\x1b'), text.npos);
}

TEST(Document, of_a_missing_file_is_refused_by_name) {
  Problems problems;
  EXPECT_NE(refusal([&] { read_document("/nowhere/matrix.json", problems); }).find("/nowhere/matrix.json"),
            std::string::npos);
}

TEST(Problems, suggest_the_nearest_word_or_list_them) {
  EXPECT_EQ(suggestion("virtaul", {"virtual", "pcsc-relay"}), "; did you mean \"virtual\"?");
  EXPECT_EQ(suggestion("x", {"virtual", "pcsc-relay", "tpm"}),
            "; expected \"virtual\", \"pcsc-relay\" or \"tpm\"");
  EXPECT_EQ(suggestion("x", {}), "");
}

TEST(Problems, stand_in_the_order_of_the_file) {
  Problems problems;
  problems.add("b", {9, 1}, "", "third");
  problems.add("a", {1, 1}, "", "fourth");
  problems.add("b", {2, 7}, "/x", "second");
  problems.add("b", {2, 3}, "", "first");
  EXPECT_EQ(problems.text(), "b:2:3: first\nb:2:7 (/x): second\nb:9:1: third\na:1:1: fourth");
}

}  // namespace
}  // namespace smx::spec
