#include "vm/card/iso7816/tlv.h"

#include "harness/core/error.h"

namespace smx::vm {

std::optional<std::uint8_t> TlvReader::byte() {
  if (rest_.empty()) return std::nullopt;
  const auto b = rest_.front();
  rest_ = rest_.subspan(1);
  return b;
}

std::optional<std::uint32_t> TlvReader::tag() {
  const auto first = byte();
  if (!first) return std::nullopt;
  std::uint32_t tag = *first;
  if ((*first & 0x1f) != 0x1f) return tag;
  for (int i = 0; i < 2; ++i) {
    const auto more = byte();
    if (!more) return std::nullopt;
    tag = tag << 8 | *more;
    if ((*more & 0x80) == 0) return tag;
  }
  return std::nullopt;  // a tag of four bytes or more
}

std::optional<std::size_t> TlvReader::length() {
  const auto first = byte();
  if (!first) return std::nullopt;
  if (*first < 0x80) return *first;
  const int count = *first & 0x7f;
  if (count == 0 || count > 3) return std::nullopt;  // indefinite, or larger than anything a card holds
  std::size_t length = 0;
  for (int i = 0; i < count; ++i) {
    const auto b = byte();
    if (!b) return std::nullopt;
    length = length << 8 | *b;
  }
  return length;
}

std::optional<Tlv> TlvReader::next() {
  if (rest_.empty() || broken_) return std::nullopt;
  const auto t = tag();
  const auto n = t ? length() : std::nullopt;
  if (!n || *n > rest_.size()) {
    broken_ = true;
    return std::nullopt;
  }
  const Tlv object{*t, rest_.first(*n)};
  rest_ = rest_.subspan(*n);
  return object;
}

std::optional<ByteView> find_tlv(ByteView bytes, std::uint32_t tag) {
  TlvReader reader(bytes);
  while (const auto object = reader.next()) {
    if (object->tag == tag) return object->value;
  }
  return std::nullopt;
}

void append_tlv(Bytes& to, std::uint32_t tag, ByteView value) {
  for (int shift = 16; shift >= 0; shift -= 8) {
    if (tag >> shift != 0 || shift == 0) to.push_back(static_cast<std::uint8_t>(tag >> shift & 0xff));
  }
  const std::size_t n = value.size();
  if (n > 0xffff) throw Error(ErrorKind::internal, "a card's data object is larger than 65535 bytes");
  if (n > 0xff) {
    to.push_back(0x82);
    to.push_back(static_cast<std::uint8_t>(n >> 8));
  } else if (n > 0x7f) {
    to.push_back(0x81);
  }
  to.push_back(static_cast<std::uint8_t>(n & 0xff));
  append(to, value);
}

Bytes make_tlv(std::uint32_t tag, ByteView value) {
  Bytes bytes;
  bytes.reserve(value.size() + 6);
  append_tlv(bytes, tag, value);
  return bytes;
}

}  // namespace smx::vm
