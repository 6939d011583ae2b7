#include "scenarios/agent/card/tlv.h"

namespace smx::agent {
namespace {

/// The length field at `at`, which is moved past it; nothing when it does not fit.
std::optional<std::size_t> take_length(const Bytes& bytes, std::size_t& at) {
  if (at >= bytes.size()) return std::nullopt;
  const std::uint8_t first = bytes[at++];
  if (first < 0x80) return first;
  const std::size_t count = first & 0x7f;
  if (count < 1 || count > 2 || bytes.size() - at < count) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8 | bytes[at++];
  return length;
}

}  // namespace

Bytes joined(const Bytes& first, const Bytes& second) {
  Bytes bytes = first;
  bytes.insert(bytes.end(), second.begin(), second.end());
  return bytes;
}

Bytes tlv(std::uint8_t tag, const Bytes& value) {
  Bytes bytes{tag};
  const auto size = value.size();
  if (size > 0xff) {
    bytes.insert(bytes.end(),
                 {0x82, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size & 0xff)});
  } else if (size > 0x7f) {
    bytes.insert(bytes.end(), {0x81, static_cast<std::uint8_t>(size)});
  } else {
    bytes.push_back(static_cast<std::uint8_t>(size));
  }
  return joined(bytes, value);
}

std::optional<Bytes> find_tlv(const Bytes& bytes, std::uint32_t tag) {
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint32_t found = bytes[at++];
    if ((found & 0x1f) == 0x1f) {
      if (at >= bytes.size()) return std::nullopt;
      found = found << 8 | bytes[at++];
    }
    const auto length = take_length(bytes, at);
    if (!length || bytes.size() - at < *length) return std::nullopt;
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    if (found == tag) return Bytes(begin, begin + static_cast<std::ptrdiff_t>(*length));
    at += *length;
  }
  return std::nullopt;
}

}  // namespace smx::agent
