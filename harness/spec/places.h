#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

// Where things stand in a text file, as an editor shows it.

namespace smx::spec {

struct Place {
  std::size_t line = 1;    ///< from 1
  std::size_t column = 1;  ///< from 1, in characters (not bytes); a byte order mark is no character
  auto operator<=>(const Place&) const = default;
};

/// Turns byte offsets of a text into places. Keeps a view: the text must outlive it.
class Lines {
 public:
  explicit Lines(std::string_view text);
  /// `offset` may be the text's size (the place after its last character); larger ones count as that.
  Place place(std::size_t offset) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;  ///< offset of each line's first byte, ascending
};

/// The offset of the first byte that is not part of valid UTF-8 (RFC 3629: no overlong forms, no surrogates,
/// nothing above U+10FFFF), or nothing.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace smx::spec
