#include "scenarios/agent/windows/logon/kerb_certificate_logon.h"

#include <stdexcept>
#include <string_view>

namespace smx::agent {
namespace {

constexpr std::uint32_t kLogon = 13, kUnlockLogon = 15;  // KERB_LOGON_SUBMIT_TYPE
constexpr std::size_t kCspHeader = 40;
/// The first string's place in bBuffer, in characters: nothing may begin at 0, which means "none".
constexpr std::uint32_t kFirstString = 4;

/// Little-endian numbers in place.
void put(Bytes& block, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) block[at + i] = static_cast<std::uint8_t>(value >> 8 * i & 0xff);
}

void append(Bytes& block, std::u16string_view text) {
  for (const char16_t c : text) {
    block.push_back(static_cast<std::uint8_t>(c & 0xff));
    block.push_back(static_cast<std::uint8_t>(c >> 8 & 0xff));
  }
}

Bytes csp_info(const CardLogon& logon) {
  Bytes info(kCspHeader + 2 * kFirstString);
  const auto add = [&](std::size_t offset_at, std::u16string_view text) {
    put(info, offset_at, (info.size() - kCspHeader) / 2, 4);
    append(info, text);
    append(info, std::u16string_view(u"\0", 1));
  };
  add(24, logon.card);
  add(28, logon.reader);
  add(32, logon.container);
  add(36, logon.provider);
  put(info, 0, info.size(), 4);
  put(info, 4, 1, 4);
  put(info, 20, logon.key_spec, 4);
  return info;
}

struct Layout {
  std::size_t pointer, domain, user, pin, csp_length, csp, logon_id;
};
constexpr Layout k64{8, 8, 24, 40, 60, 64, 72}, k32{4, 4, 12, 20, 32, 36, 40};
constexpr std::size_t kLuid = 8;

}  // namespace

Bytes kerb_certificate_logon(const CardLogon& logon, std::size_t pointer_size) {
  if (pointer_size != 4 && pointer_size != 8) throw std::invalid_argument("a pointer has 4 or 8 bytes");
  const auto& layout = pointer_size == 8 ? k64 : k32;
  Bytes block(layout.logon_id + (logon.unlock ? kLuid : 0));
  // Reserved whole at first, for what grows leaves copies of the PIN behind.
  const auto characters = logon.domain.size() + logon.user.size() + logon.pin.size();
  const auto info = csp_info(logon);
  block.reserve(block.size() + 2 * characters + pointer_size + info.size());
  put(block, 0, logon.unlock ? kUnlockLogon : kLogon, 4);
  if (logon.unlock) put(block, layout.logon_id, *logon.unlock, kLuid);
  const auto add = [&](std::size_t at, std::u16string_view text) {
    put(block, at, 2 * text.size(), 2);
    put(block, at + 2, 2 * text.size(), 2);
    put(block, at + pointer_size, block.size(), pointer_size);  // the buffer's place, after alignment
    append(block, text);
  };
  add(layout.domain, logon.domain);
  add(layout.user, logon.user);
  add(layout.pin, logon.pin);
  while (block.size() % pointer_size != 0) block.push_back(0);
  put(block, layout.csp_length, info.size(), 4);
  put(block, layout.csp, block.size(), pointer_size);
  block.insert(block.end(), info.begin(), info.end());
  return block;
}

}  // namespace smx::agent
