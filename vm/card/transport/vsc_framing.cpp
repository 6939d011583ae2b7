#include "vm/card/transport/vsc_framing.h"

namespace smx::vm {
namespace {

constexpr std::size_t kFrameHeader = 12;

std::uint32_t read_word(ByteView bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

void append_word(Bytes& to, std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(word >> shift & 0xff));
}

}  // namespace

void VscParser::feed(ByteView bytes) {
  if (broken_) return;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(read_));
  read_ = 0;
  append(buffer_, bytes);
}

std::optional<VscMessage> VscParser::next() {
  const auto rest = ByteView(buffer_).subspan(read_);
  if (broken_ || rest.size() < kFrameHeader) return std::nullopt;
  const std::size_t length = read_word(rest.subspan(8));
  if (length > kLargestVscPayload) {
    broken_ = true;
    buffer_.clear();
    read_ = 0;
    return std::nullopt;
  }
  if (rest.size() - kFrameHeader < length) return std::nullopt;
  read_ += kFrameHeader + length;
  return VscMessage{read_word(rest), read_word(rest.subspan(4)), rest.subspan(kFrameHeader, length)};
}

void append_vsc(Bytes& to, VscType type, std::uint32_t reader, ByteView payload) {
  append_word(to, static_cast<std::uint32_t>(type));
  append_word(to, reader);
  append_word(to, static_cast<std::uint32_t>(payload.size()));
  append(to, payload);
}

Bytes vsc_init_payload() {
  Bytes payload{'V', 'S', 'C', 'D'};
  append_word(payload, 2);  // version 0.0.2
  append_word(payload, 0);
  return payload;
}

std::optional<std::uint32_t> vsc_error_code(const VscMessage& message) {
  if (!message.is(VscType::error) || message.payload.size() != 4) return std::nullopt;
  return read_word(message.payload);
}

}  // namespace smx::vm
