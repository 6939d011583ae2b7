#include <algorithm>
#include <cctype>

#include "harness/compare/divergence.h"

namespace smx::compare {
namespace {

constexpr std::size_t kLongNumber = 9;  // seconds since 1970 have ten; error codes have eight at most
constexpr std::size_t kHash = 16;       // hex digits; without dashes a GUID has 32
constexpr std::size_t kBlob = 24;       // base64
constexpr std::size_t kLongestLine = 4096;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// What a word is made of: letters, digits, and what stands between the digits of times, numbers and
/// versions. A path is several words.
bool is_of_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || c == '.' || c == ':' || c == '+' || c == '=' || c == '-' || c == '_';
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

/// A hash, a nonce, a GUID.
bool is_hash(std::string_view word) {
  const auto digits = std::count_if(word.begin(), word.end(), is_hex);
  return digits >= static_cast<std::ptrdiff_t>(kHash) &&
         std::all_of(word.begin(), word.end(), [](char c) { return is_hex(c) || c == '-'; });
}

bool is_blob(std::string_view word) {
  const auto any = [&](const auto& is) { return std::any_of(word.begin(), word.end(), is); };
  return word.size() >= kBlob && any(is_digit) && any([](char c) { return c >= 'a' && c <= 'z'; }) &&
         any([](char c) { return c >= 'A' && c <= 'Z'; }) && word.find_first_of("-_.:") == word.npos;
}

/// "20261124": a day. Versions and error codes look otherwise.
bool is_day(std::string_view word) {
  return word.size() == 8 && word.starts_with("20") && std::all_of(word.begin(), word.end(), is_digit);
}

bool has_long_number(std::string_view word) {
  std::size_t run = 0;
  for (const char c : word) {
    run = is_digit(c) ? run + 1 : 0;
    if (run >= kLongNumber) return true;
  }
  return false;
}

bool is_noise(std::string_view word) {
  if (word.starts_with("0x") || word.starts_with("0X")) return word.size() > 2 + kHash - 1;
  return has_long_number(word) || is_hash(word) || is_blob(word) || is_time_of_day(word) ||
         is_fraction(word) || is_day(word);
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
