#include "reports/terminal/style.h"

#include <algorithm>
#include <array>

#include "harness/core/text.h"
#include "reports/common/details.h"

namespace smx {
namespace {

constexpr std::size_t kLine = 2000;  // bytes of one guest sentence

struct Range {
  char32_t first, last;
};

// Unicode's East Asian Width W and F, and emoji presentation, by block; enough to keep columns straight.
constexpr std::array<Range, 9> kWide{{{0x1100, 0x115F},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 4> kNarrowest{
    {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

/// Takes one character from the front of valid UTF-8; a stray byte counts as itself.
char32_t take(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = lead < 0xC0 ? 1u : lead < 0xE0 ? 2u : lead < 0xF0 ? 3u : 4u;
  length = std::min(length, text.size());
  auto c = static_cast<char32_t>(length == 1 ? lead : lead & (0xFF >> (length + 1)));
  for (std::size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  text.remove_prefix(length);
  return c;
}

std::size_t width_of(char32_t c) {
  return within(kNarrowest, c) ? 0 : within(kWide, c) ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += width_of(take(text));
  return width;
}

std::string cut(std::string_view text, std::size_t width, const TerminalStyle& style) {
  if (display_width(text) <= width) return std::string(text);
  const std::string_view ellipsis = style.unicode ? "…" : "~";
  if (width == 0) return "";
  auto rest = text;
  std::size_t used = 0;
  while (!rest.empty()) {
    auto after = rest;
    const auto w = width_of(take(after));
    if (used + w > width - 1) break;
    used += w;
    rest = after;
  }
  return std::string(text.substr(0, text.size() - rest.size())) + std::string(ellipsis);
}

std::string fitted(std::string_view text, std::size_t width, const TerminalStyle& style) {
  auto line = cut(text, width, style);
  const auto used = display_width(line);
  return line.append(width - std::min(width, used), ' ');
}

std::string painted(std::string_view text, Tone tone, const TerminalStyle& style) {
  if (!style.colour || text.empty()) return std::string(text);
  const std::string_view code = tone == Tone::good      ? "32"
                                : tone == Tone::bad     ? "1;31"
                                : tone == Tone::caution ? "33"
                                                        : "90";
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string bold(std::string_view text, const TerminalStyle& style) {
  return style.colour ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string symbol(const Appearance& appearance, const TerminalStyle& style) {
  return std::string(style.unicode ? appearance.symbol : appearance.ascii);
}

std::string terminal_line(std::string_view text) {
  auto line = sanitize_guest_text(text, kLine);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return without_log_commands(std::move(line));
}

std::string terminal_line(std::string_view text, const TerminalStyle& style) {
  auto line = terminal_line(text);
  if (style.unicode) return line;
  std::string ascii;
  for (std::string_view rest = line; !rest.empty();) {
    const auto c = take(rest);
    if (c < 0x80)
      ascii += static_cast<char>(c);
    else
      ascii += c >= 0x2010 && c <= 0x2015 ? '-' : c == 0x2018 || c == 0x2019 ? '\'' : '?';
  }
  return ascii;
}

}  // namespace smx
