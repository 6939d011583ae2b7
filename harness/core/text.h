#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smx {

/// Guest bytes made safe to keep as text: invalid UTF-8 becomes U+FFFD, control characters other than newline
/// and tab, ANSI escapes included, become U+FFFD too, and at most `limit` bytes stay (cut at a character).
std::string sanitize_guest_text(std::string_view bytes, std::size_t limit);

/// The same on one line: newlines and tabs become spaces.
std::string one_line(std::string_view bytes, std::size_t limit);

/// The candidate most like `word` (edit distance at most a third of its length), or "".
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

/// `*` matches any run of characters; everything else itself.
bool glob_match(std::string_view pattern, std::string_view text);

std::string to_hex(std::string_view bytes);  ///< lower case, no separators
std::string base64_encode(std::string_view bytes);
/// Throws Error(guest) on anything that is not base64.
std::string base64_decode(std::string_view text);
/// "1 cell", "3 cells"
std::string plural(std::size_t n, std::string_view noun);

}  // namespace smx
