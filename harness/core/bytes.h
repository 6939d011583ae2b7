#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Bytes as they are on a wire or on a card.

namespace smx {

using Bytes = std::vector<std::uint8_t>;
/// Bytes with another owner; valid as long as they are.
using ByteView = std::span<const std::uint8_t>;

/// Lower-case hex without separators.
std::string hex(ByteView bytes);
/// The inverse; nothing for an odd number of digits or anything that is not a hex digit.
std::optional<Bytes> parse_hex(std::string_view text);

void append(Bytes& to, ByteView more);
/// `count` bytes from the system's random source. Throws Error(environment).
Bytes random_bytes(std::size_t count);
/// Whether both are the same, in a time that depends on their lengths only.
bool equal_in_constant_time(ByteView a, ByteView b);
/// Overwrites with zeros in a way that the compiler keeps.
void wipe(Bytes& secret);

/// The same bytes, seen as the other type.
std::string_view as_text(ByteView bytes);
ByteView as_bytes(std::string_view text);

}  // namespace smx
