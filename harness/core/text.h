#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smx {

/// Length of the well-formed UTF-8 character at the front of `s`, which is not empty (Unicode table 3-7), or
/// 0.
std::size_t utf8_length(std::string_view s);

/// Of a well-formed UTF-8 character.
char32_t code_point(std::string_view character);

/// Whether a UTF-8 character is not seen, or changes how others are seen: controls other than newline and tab
/// (ESC and C1 with them), overrides and marks of direction, spaces of no width, tags, private planes,
/// non-characters.
bool is_invisible(std::string_view character);

/// Guest bytes made safe to keep and to show as text: U+FFFD stands for each byte that is not UTF-8 and for
/// each character that is unseen, and at most `limit` bytes stay (cut at a character).
std::string sanitize_guest_text(std::string_view bytes, std::size_t limit);

/// The same on one line: newlines and tabs become spaces.
std::string one_line(std::string_view bytes, std::size_t limit);

/// The candidate most like `word` (edit distance at most a third of its length), or "".
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

/// `*` matches any run of characters; everything else itself.
bool glob_match(std::string_view pattern, std::string_view text);

/// 64 lower-case hex digits: the only form that may become part of a path or of a link.
bool is_sha256(std::string_view text);
std::string to_hex(std::string_view bytes);  ///< lower case, no separators
std::string base64_encode(std::string_view bytes);
/// Throws Error(guest) on anything that is not base64.
std::string base64_decode(std::string_view text);
/// The words with ", " between them.
std::string joined(const std::vector<std::string>& words);
/// With A to Z as a to z; other bytes stay.
std::string lower(std::string_view text);
/// "1 cell", "3 cells"
std::string plural(std::size_t n, std::string_view noun);

}  // namespace smx
