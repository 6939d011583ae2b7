#include "vm/card/transport/vpcd_session.h"

namespace smx::vm {
namespace {

enum Control : std::uint8_t { kPowerOff = 0, kPowerOn = 1, kReset = 2, kGetAtr = 4 };

constexpr std::size_t kHeader = 2;

void append_frame(Bytes& to, ByteView bytes) {
  to.push_back(static_cast<std::uint8_t>(bytes.size() >> 8));
  to.push_back(static_cast<std::uint8_t>(bytes.size() & 0xff));
  append(to, bytes);
}

}  // namespace

Bytes VpcdSession::receive(ByteView bytes) {
  append(unread_, bytes);
  Bytes answers;
  std::size_t at = 0;
  while (unread_.size() - at >= kHeader) {
    const auto size = static_cast<std::size_t>(unread_[at] << 8 | unread_[at + 1]);
    if (unread_.size() - at - kHeader < size) break;
    serve(ByteView(unread_).subspan(at + kHeader, size), answers);
    at += kHeader + size;
  }
  unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(at));
  return answers;
}

void VpcdSession::serve(ByteView frame, Bytes& answers) {
  if (frame.empty()) return;
  if (frame.size() > 1) return append_frame(answers, card_.transmit(frame));
  switch (frame[0]) {
    case kPowerOff:
    case kPowerOn:
    case kReset: return card_.reset();
    case kGetAtr: return append_frame(answers, card_.atr());
    default: return;  // newer drivers may tell more
  }
}

}  // namespace smx::vm
