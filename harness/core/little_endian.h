#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace smx {

/// Whether `size` bytes are there at `offset`, without overflow.
constexpr bool holds(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  return offset <= bytes.size() && size <= bytes.size() - offset;
}

/// The little-endian number at `offset`; 0 where the bytes end before it, so a reader checks sizes once
/// (`holds`) and cannot run out of them otherwise.
template <class T>
constexpr T little_endian(std::string_view bytes, std::uint64_t offset) {
  static_assert(std::is_unsigned_v<T>);
  if (!holds(bytes, offset, sizeof(T))) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[offset + i]);
  return static_cast<T>(value);
}

constexpr std::uint8_t le8(std::string_view bytes, std::uint64_t offset) {
  return little_endian<std::uint8_t>(bytes, offset);
}
constexpr std::uint16_t le16(std::string_view bytes, std::uint64_t offset) {
  return little_endian<std::uint16_t>(bytes, offset);
}
constexpr std::uint32_t le32(std::string_view bytes, std::uint64_t offset) {
  return little_endian<std::uint32_t>(bytes, offset);
}
constexpr std::uint64_t le64(std::string_view bytes, std::uint64_t offset) {
  return little_endian<std::uint64_t>(bytes, offset);
}

}  // namespace smx
