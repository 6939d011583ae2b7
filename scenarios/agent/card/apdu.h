#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/core/smart_cards.h"

namespace smx::agent {

/// SW1 SW2 (ISO 7816-4, table 5 and 6; SP 800-73-4 part 2).
struct StatusWord {
  std::uint16_t value = 0;
  bool ok() const { return value == 0x9000; }
  /// 63Cx: the verification failed or is still to be done, x tries are left.
  bool counter() const { return (value & 0xfff0) == 0x63c0; }
  int tries_left() const { return value & 0x000f; }
  bool blocked() const { return value == 0x6983; }
};

/// "SW 63C2: two tries left"
std::string describe(StatusWord sw);

struct Command {
  std::uint8_t cla = 0x00;
  std::uint8_t ins = 0, p1 = 0, p2 = 0;
  Bytes data;  ///< any length: sent in chained commands of at most 255 bytes (ISO 7816-4, 5.1.1.1)
  bool expects_data = false;  ///< an Le byte of 00 is sent
};

struct Response {
  StatusWord sw;
  Bytes data;
};

/// The longest response that is put together from 61xx parts: more than any PIV object that is read here.
inline constexpr std::size_t kResponseDataLimit = 16384;

/// Sends a command and gives its whole response: chains long data, follows 61xx by GET RESPONSE, repeats once
/// with the right Le on 6Cxx. Throws StepFailure (cause `bad-response`) when the card never stops or sends
/// nonsense.
Response exchange(Transmitter& card, const Command& command);

}  // namespace smx::agent
