#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reports/common/appearance.h"

namespace smx {

/// What the terminal can show.
struct TerminalStyle {
  bool colour = false;        ///< ANSI colours
  bool unicode = true;        ///< else the ASCII symbols
  std::size_t columns = 100;  ///< lines are cut or wrapped to this
};

/// Terminal columns that UTF-8 text takes: 2 for East Asian wide characters and emoji, 0 for combining marks.
std::size_t display_width(std::string_view text);
/// `text` cut to `width` columns, the last of them an ellipsis, or filled up with spaces.
std::string fitted(std::string_view text, std::size_t width, const TerminalStyle& style);
/// `text` cut only.
std::string cut(std::string_view text, std::size_t width, const TerminalStyle& style);
/// In the tone's colour: green, red, yellow, grey.
std::string painted(std::string_view text, Tone tone, const TerminalStyle& style);
std::string bold(std::string_view text, const TerminalStyle& style);
std::string symbol(const Appearance& appearance, const TerminalStyle& style);
/// Guest text as one line that no escape sequence can leave, without commands for a CI system that reads it.
std::string terminal_line(std::string_view text);
/// The same as far as the terminal can show it: without UTF-8, dashes and quotes get simple, the rest "?".
std::string terminal_line(std::string_view text, const TerminalStyle& style);

}  // namespace smx
