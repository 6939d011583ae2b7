#include "harness/core/text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "harness/core/error.h"

namespace smx {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Range {
  char32_t first, last;
};

// What is not seen, or makes other text be seen as what it is not.
constexpr std::array<Range, 14> kUnseen{
    {{0x00, 0x08},
     {0x0B, 0x1F},
     {0x7F, 0x9F},           // DEL and C1, which terminals obey as they do ESC [
     {0xAD, 0xAD},           // soft hyphen
     {0x061C, 0x061C},       // Arabic letter mark
     {0x180E, 0x180E},       // a space of no width
     {0x200B, 0x200F},       // of no width; marks of direction
     {0x2028, 0x202E},       // line and paragraph separator; overrides of direction
     {0x2060, 0x206F},       // word joiner, isolates, invisible operators
     {0xFDD0, 0xFDEF},       // no characters, in XML forbidden or discouraged
     {0xFEFF, 0xFEFF},       // byte order mark
     {0xFFF9, 0xFFFB},       // annotations
     {0xE0000, 0xE0FFF},     // tags
     {0xF0000, 0x10FFFF}}};  // private planes: no font has them

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto previous = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = previous;
    }
  }
  return row[b.size()];
}

}  // namespace

std::size_t utf8_length(std::string_view s) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto continues = [&](std::size_t i) { return i < s.size() && (at(i) & 0xC0) == 0x80; };
  const unsigned char c = at(0);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return continues(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if ((c == 0xE0 && at(1) < 0xA0) || (c == 0xED && at(1) > 0x9F)) return 0;
    return 3;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if ((c == 0xF0 && at(1) < 0x90) || (c == 0xF4 && at(1) > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

char32_t code_point(std::string_view c) {
  const auto lead = static_cast<unsigned char>(c[0]);
  if (c.size() == 1) return lead;
  auto point = static_cast<char32_t>(lead & (0xFF >> (c.size() + 1)));
  for (const char next : c.substr(1)) point = point << 6 | (static_cast<unsigned char>(next) & 0x3F);
  return point;
}

bool is_invisible(std::string_view character) {
  const auto point = code_point(character);
  if ((point & 0xFFFE) == 0xFFFE) return true;  // the last two of each plane are not characters
  return std::any_of(kUnseen.begin(), kUnseen.end(),
                     [&](const Range& r) { return point >= r.first && point <= r.last; });
}

std::string sanitize_guest_text(std::string_view bytes, std::size_t limit) {
  std::string text;
  text.reserve(std::min(bytes.size(), limit));
  while (!bytes.empty()) {
    const auto length = utf8_length(bytes);
    const auto taken = std::max<std::size_t>(length, 1);
    const auto character = bytes.substr(0, taken);
    const auto kept = length == 0 || is_invisible(character) ? kReplacement : character;
    // CRLF is a line end, not a control character worth a mark.
    const bool drop = character == "\r" && bytes.size() > 1 && bytes[1] == '\n';
    if (!drop) {
      if (text.size() + kept.size() > limit) break;
      text += kept;
    }
    bytes.remove_prefix(taken);
  }
  return text;
}

std::string one_line(std::string_view bytes, std::size_t limit) {
  auto line = sanitize_guest_text(bytes, limit);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  // Words are short; a hostile one would make the distance slow and its suggestion pointless.
  if (word.size() > 64) return best;
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const auto& candidate : candidates) {
    if (candidate.size() > 128) continue;
    const auto distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int n =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(n));
  return text;
}

std::string base64_decode(std::string_view text) {
  const auto bad = [] { return Error(ErrorKind::guest, "text that should be base64 is not"); };
  if (text.size() % 4 != 0 || text.size() > (1u << 30)) throw bad();
  // EVP_DecodeBlock forgives white space and padding in the middle; a peer that sends those is not believed.
  const auto padding = text.ends_with("==") ? 2u : text.ends_with("=") ? 1u : 0u;
  const auto body = text.substr(0, text.size() - padding);
  if (!std::all_of(body.begin(), body.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
               c == '/';
      }))
    throw bad();
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) < 0)
    throw bad();
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (&word == &words.front() ? "" : ", ") + word;
  return all;
}

std::string lower(std::string_view text) {
  std::string all(text);
  for (auto& c : all)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return all;
}

std::string plural(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

}  // namespace smx
