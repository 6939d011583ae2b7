#include <algorithm>

#include "vm/safety/relayed_card.h"

namespace smx::vm {
namespace {

/// Where the historical bytes are: after TS, T0 and the interface bytes that T0 and each TD announce.
ByteView historical_bytes(ByteView atr) {
  if (atr.size() < 2) return {};
  const std::size_t count = atr[1] & 0x0f;
  std::size_t at = 2;
  std::uint8_t announced = atr[1];
  while (announced != 0) {
    for (const int bit : {0x10, 0x20, 0x40})
      if ((announced & bit) != 0) ++at;
    if ((announced & 0x80) == 0) break;
    if (at >= atr.size()) return {};
    announced = atr[at++];
  }
  if (at > atr.size() || count > atr.size() - at) return {};
  return atr.subspan(at, count);
}

}  // namespace

bool begins_with_t0(ByteView atr) {
  if (atr.size() < 2) return false;
  if ((atr[1] & 0x80) == 0) return true;
  std::size_t td1 = 2;
  for (const int bit : {0x10, 0x20, 0x40})
    if ((atr[1] & bit) != 0) ++td1;
  return td1 < atr.size() && (atr[td1] & 0x0f) == 0;
}

Bytes t0_atr(ByteView atr) {
  const auto historical = historical_bytes(atr);
  // TS direct; T0: TB1 and TC1 follow, and that many historical bytes; no programming voltage, no extra guard
  // time. Without a TD1 there is T=0 only, and no check byte.
  Bytes built{0x3b, static_cast<std::uint8_t>(0x60 | historical.size()), 0x00, 0x00};
  append(built, historical);
  return built;
}

}  // namespace smx::vm
