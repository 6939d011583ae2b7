#include "harness/spec/syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "harness/core/text.h"
#include "harness/spec/places.h"
#include "harness/spec/problems.h"

namespace smx::spec {
namespace {

constexpr std::string_view kWhite = " \t\r\n";
constexpr std::string_view kEndsWord = " \t\r\n,:{}[]\"/";

char at(std::string_view text, std::size_t offset) {
  return offset < text.size() ? text[offset] : '\0';
}
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}
bool starts_value(char c) {
  return c == '"' || c == '{' || c == '[' || c == '-' || is_letter(c) ||
         std::isdigit(static_cast<unsigned char>(c)) != 0;
}

std::string_view word_at(std::string_view text, std::size_t offset) {
  const auto end = std::min(text.find_first_of(kEndsWord, offset), text.size());
  return text.substr(offset, end - offset);
}

/// The string that starts at `offset` with a quote and could not be read.
SyntaxProblem bad_string(std::string_view text, std::size_t offset) {
  for (auto i = offset + 1; i < text.size(); ++i) {
    const auto c = text[i];
    if (c == '"') break;
    if (c == '\n' || c == '\r')
      return {offset, "this text has no closing quote on its line; write a line break as \\n"};
    if (static_cast<unsigned char>(c) < 0x20)
      return {i, fmt::format("a control character inside a text; write it as \\u{:04x}",
                             static_cast<unsigned>(static_cast<unsigned char>(c)))};
    if (c != '\\') continue;
    ++i;
    if (at(text, i) == 'u') {
      const auto digits = text.substr(std::min(i + 1, text.size()), 4);
      if (digits.size() < 4 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos)
        return {i - 1, "\\u needs four hex digits behind it"};
    } else if (std::string_view("\"\\/bfnrt").find(at(text, i)) == std::string_view::npos) {
      return {i - 1, "this escape does not exist; write a backslash as \\\\"};
    }
  }
  if (text.find('"', offset + 1) == text.npos) return {offset, "this text has no closing quote"};
  return {offset, "this text holds half of a \\u pair; write the character itself"};
}

SyntaxProblem bad_word(std::string_view text, std::size_t offset, bool key) {
  const auto word = word_at(text, offset);
  if (key) return {offset, fmt::format("a key stands in double quotes: {}", quote(word))};
  const auto plain = lower(word);
  if (plain == "true" || plain == "false" || plain == "null")
    return {offset, fmt::format("{} is written {}", quote(word), plain)};
  if (plain == "none" || plain == "nil" || plain == "undefined")
    return {offset, fmt::format("{} is no JSON value; leave the key out or write null", quote(word))};
  return {offset, fmt::format("{} is no JSON value; a text stands in double quotes", quote(word))};
}

SyntaxProblem bad_number(std::string_view text, std::size_t offset) {
  return {offset, quote(word_at(text, offset)) +
                      " is no number that can be read: decimal, no leading zero or plus, not huge"};
}

/// `007` and `0x1F` are read as a number with something behind it; the person meant one word.
std::optional<SyntaxProblem> glued_word(std::string_view text, std::size_t offset) {
  const auto begin = offset == 0 ? 0 : text.find_last_of(kEndsWord, offset - 1) + 1;
  if (begin == offset || kEndsWord.find(text[offset]) != kEndsWord.npos) return std::nullopt;
  return is_letter(text[begin]) ? bad_word(text, begin, false) : bad_number(text, begin);
}

SyntaxProblem ends_early(std::string_view text, const ParserState& state) {
  if (state.container == 0) return {text.size(), "the file is empty; it should hold one JSON object"};
  const auto opened = Lines(text).place(state.opened_at);
  return {text.size(), fmt::format("the file ends inside the {} that begins at {}:{}; a \"{}\" is missing",
                                   state.container == '{' ? "object" : "list", opened.line, opened.column,
                                   state.container == '{' ? '}' : ']')};
}

/// Where a key or a value was expected.
SyntaxProblem bad_item(std::string_view text, std::size_t offset, bool key, const ParserState& state) {
  const auto c = at(text, offset);
  if (offset >= text.size()) return ends_early(text, state);
  if (c == '"') return bad_string(text, offset);
  if (c == '\'') return {offset, "a text stands in double quotes, not in single ones"};
  if (c == '/') return {offset, "this comment has no end; comments are // to the line's end or /* ... */"};
  if (c == '#') return {offset, "comments begin with //, not with #"};
  if (is_letter(c)) return bad_word(text, offset, key);
  if (c == ',') return {offset, fmt::format("a {} is missing before this comma", key ? "key" : "value")};
  if (c == '}' || c == ']') {
    if (state.after == ParserState::After::key)
      return {offset, fmt::format("the key {} has no value", quote(state.key))};
    return {offset, fmt::format("\"{}\" closes nothing here", c)};
  }
  if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.') {
    if (key) return {offset, fmt::format("a key stands in double quotes: {}", quote(word_at(text, offset)))};
    return bad_number(text, offset);
  }
  if (key)
    return {offset, fmt::format("{} cannot stand here; a key in double quotes was expected",
                                quote(word_at(text, offset)))};
  const auto word = word_at(text, offset);
  return {offset, fmt::format("{} cannot stand here; a value was expected",
                              quote(word.empty() ? text.substr(offset, 1) : word))};
}

SyntaxProblem after_value(std::string_view text, std::size_t offset, const ParserState& state) {
  const auto c = at(text, offset);
  const auto closing = state.container == '{' ? '}' : ']';
  if (offset >= text.size()) return ends_early(text, state);
  if (c == ',') {
    const auto next = skip_blank(text, offset + 1);
    if (at(text, next) == closing)
      return {offset, fmt::format("a comma with nothing behind it; remove it before \"{}\"", closing)};
    return bad_item(text, next, state.container == '{', state);
  }
  if (const auto glued = glued_word(text, offset)) return *glued;
  if (c == '}' || c == ']') return {offset, fmt::format("\"{}\" where \"{}\" was expected", c, closing)};
  if (c == ':' && state.container == '[')
    return {offset, "a key with a value stands in an object: { }, not in a list: [ ]"};
  if (starts_value(c)) return {state.offset, "a comma is missing here"};
  return bad_item(text, offset, state.container == '{', state);
}

}  // namespace

std::size_t skip_blank(std::string_view text, std::size_t offset) {
  for (;;) {
    offset = std::min(text.find_first_not_of(kWhite, offset), text.size());
    const auto two = text.substr(offset, 2);
    if (two != "//" && two != "/*") return offset;
    const auto end = two == "//" ? text.find('\n', offset) : text.find("*/", offset + 2);
    if (end == text.npos) return two == "//" ? text.size() : offset;
    offset = end + (two == "//" ? 1 : 2);
  }
}

SyntaxProblem explain_syntax(std::string_view text, const ParserState& state) {
  const auto offset = skip_blank(text, state.offset);
  switch (state.after) {
    case ParserState::After::start: return bad_item(text, offset, false, state);
    case ParserState::After::opening: return bad_item(text, offset, state.container == '{', state);
    case ParserState::After::key:
      if (offset < text.size() && text[offset] == ':')
        return bad_item(text, skip_blank(text, offset + 1), false, state);
      if (offset >= text.size()) return ends_early(text, state);
      return {offset, fmt::format("a colon is missing behind the key {}", quote(state.key))};
    case ParserState::After::value: return after_value(text, offset, state);
    case ParserState::After::end: break;
  }
  return {offset, "the file goes on behind its end; it should hold one JSON object"};
}

}  // namespace smx::spec
