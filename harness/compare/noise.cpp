#include <algorithm>
#include <cctype>

#include "harness/compare/divergence.h"

namespace smx::compare {
namespace {

constexpr std::size_t kLongNumber = 6;
constexpr std::size_t kLongWord = 16;
constexpr std::size_t kLongestLine = 4096;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What a word is made of: letters, digits, and what stands between the digits of times, numbers and base64.
bool is_of_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || u == '.' || u == ':' || u == '+' || u == '/' || u == '=' || u == '-' ||
         u == '_';
}

bool is_time_of_day(std::string_view word) {
  for (std::size_t i = 2; i + 2 < word.size(); ++i)
    if (word[i] == ':' && is_digit(word[i - 2]) && is_digit(word[i - 1]) && is_digit(word[i + 1]) &&
        is_digit(word[i + 2]))
      return true;
  return false;
}

/// "+0.012345": a number with three digits or more behind its point.
bool is_fraction(std::string_view word) {
  const auto point = word.find('.');
  if (point == word.npos || word.find('.', point + 1) != word.npos || word.size() - point < 4) return false;
  const auto rest = word.substr(word.front() == '+' || word.front() == '-' ? 1 : 0);
  return std::all_of(rest.begin(), rest.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool is_noise(std::string_view word) {
  std::size_t digits = 0, longest = 0, run = 0;
  for (const char c : word) {
    run = is_digit(c) ? run + 1 : 0;
    digits += is_digit(c) ? 1u : 0u;
    longest = std::max(longest, run);
  }
  if (digits == 0) return false;
  return longest >= kLongNumber || word.size() >= kLongWord || is_time_of_day(word) || is_fraction(word);
}

}  // namespace

std::string without_noise(std::string_view line) {
  line = line.substr(0, kLongestLine);
  std::string text;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t end = i;
    while (end < line.size() && is_of_word(line[end])) ++end;
    if (end == i) {
      text += line[i++];
      continue;
    }
    const auto word = line.substr(i, end - i);
    text += is_noise(word) ? "…" : std::string(word);
    i = end;
  }
  return text;
}

}  // namespace smx::compare
