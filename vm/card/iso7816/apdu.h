#pragma once

#include <optional>
#include <string>

#include "harness/core/bytes.h"
#include "vm/card/iso7816/status_word.h"

// Short APDUs (ISO/IEC 7816-3, 12.1; 7816-4, 5.1).
//
//   case 1  CLA INS P1 P2                  nothing in, nothing out
//   case 2  CLA INS P1 P2 Le               up to Le bytes out, 00 is 256
//   case 3  CLA INS P1 P2 Lc data          1 to 255 bytes in
//   case 4  CLA INS P1 P2 Lc data Le       both
//
// Over T=0 (QEMU's reader is TPDU-level T=0) a case 4 command comes without its Le, and its response is
// fetched by GET RESPONSE. A case 1 command comes as `CLA INS P1 P2 00` and looks like case 2.

namespace smx::vm {

struct CommandApdu {
  std::uint8_t cla = 0, ins = 0, p1 = 0, p2 = 0;
  ByteView data;                  ///< points into the bytes that were parsed
  std::optional<std::size_t> le;  ///< 1 to 256; none: no response data may be sent at once
  std::uint16_t p1p2() const { return static_cast<std::uint16_t>(p1 << 8 | p2); }
};

struct ResponseApdu {
  Bytes data;
  StatusWord status = sw::kOk;

  ResponseApdu() = default;
  ResponseApdu(StatusWord word) : status(word) {}  // NOLINT: a status word alone is a response
  ResponseApdu(Bytes bytes, StatusWord word) : data(std::move(bytes)), status(word) {}
};

/// The most response data that one answer carries; QEMU's reader has a buffer of 384 bytes for it all.
inline constexpr std::size_t kMaxResponseData = 256;

/// Nothing for bytes that are not a short APDU: too short, extended length, Lc that does not fit.
std::optional<CommandApdu> parse_command(ByteView bytes);

/// "SELECT a000000308", "SELECT (no AID)": data that cannot be an AID is never shown, it may be a PIN that
/// was sent here by mistake.
std::string describe_select(const CommandApdu& command);

/// Data, then SW1 SW2.
Bytes encode(const ResponseApdu& response);

}  // namespace smx::vm
