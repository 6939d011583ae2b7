#include "reports/markdown/markdown_text.h"

#include <algorithm>

#include "reports/common/details.h"

namespace smx {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A part of a word that is letters, or a small number.
bool is_plain_part(std::string_view part) {
  constexpr std::size_t kLeastCommit = 7;  // hex digits that are looked up as a commit's
  if (part.empty()) return false;
  if (std::all_of(part.begin(), part.end(), is_digit)) return part.size() < kLeastCommit;
  const bool hex = std::all_of(part.begin(), part.end(), [](char c) { return c >= 'a' && c <= 'f'; });
  return std::all_of(part.begin(), part.end(), is_letter) && !(hex && part.size() >= kLeastCommit);
}

/// "change/unblock", "well-known": parts of letters; a number stands alone, as GH-1 is a reference.
bool is_plain_core(std::string_view core) {
  if (is_plain_part(core)) return true;
  while (!core.empty()) {
    const auto end = std::min(core.find_first_of("-/"), core.size());
    const auto part = core.substr(0, end);
    if (!is_plain_part(part) || is_digit(part.front()) || end + 1 == core.size()) return false;
    core.remove_prefix(std::min(end + 1, core.size()));
  }
  return true;
}

bool is_plain_word(std::string_view word) {
  if (word.starts_with('(')) word.remove_prefix(1);
  while (!word.empty() && std::string_view(",.:;)").find(word.back()) != std::string_view::npos)
    word.remove_suffix(1);
  return !word.empty() && is_plain_core(word);
}

bool is_plain(std::string_view text) {
  while (true) {
    const auto space = std::min(text.find(' '), text.size());
    if (!is_plain_word(text.substr(0, space))) return false;
    if (space == text.size()) return true;
    text.remove_prefix(space + 1);
  }
}

std::string code(std::string line) {
  if (line.empty()) return line;
  std::replace(line.begin(), line.end(), '`', '\'');
  // A table's fields end at | before anything else is looked at, and \| only mostly hides one: after another
  // backslash it does not.
  for (auto at = line.find('|'); at != std::string::npos; at = line.find('|', at)) line.replace(at, 1, "¦");
  return "`" + line + "`";
}

}  // namespace

std::string markdown_text(std::string_view text, std::size_t limit) {
  auto line = one_line(text, limit);
  return is_plain(line) ? line : code(std::move(line));
}

std::string markdown_code(std::string_view text, std::size_t limit) {
  return code(one_line(text, limit));
}

}  // namespace smx
