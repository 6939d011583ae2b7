#pragma once

#include <optional>

#include "harness/core/bytes.h"

// libcacard's VSC protocol, as QEMU's ccid-card-passthru speaks it (docs/card.md). Every message:
//
//   offset 0  type            32 bits, big-endian
//          4  reader id       32 bits, big-endian
//          8  payload length  32 bits, big-endian
//         12  payload

namespace smx::vm {

enum class VscType : std::uint32_t {
  init = 1,
  error = 2,
  reader_add = 3,
  reader_remove = 4,
  atr = 5,
  card_remove = 6,
  apdu = 7,
  flush = 8,
  flush_complete = 9,
};

inline constexpr std::uint32_t kUndefinedReader = 0xffffffff;
/// QEMU's reader holds 384 bytes; twice a short APDU's longest is far past what it ever sends.
inline constexpr std::size_t kLargestVscPayload = 1024;

struct VscMessage {
  std::uint32_t type = 0;  ///< any number: unknown types are for the receiver to ignore
  std::uint32_t reader = 0;
  ByteView payload;  ///< points into the parser's buffer until its next call
  bool is(VscType t) const { return type == static_cast<std::uint32_t>(t); }
};

/// Cuts a stream into messages. Holds at most one message and what was fed after it.
class VscParser {
 public:
  void feed(ByteView bytes);
  /// The next whole message; nothing when more bytes are needed, or when the stream is broken.
  std::optional<VscMessage> next();
  /// A payload longer than kLargestVscPayload was announced: the stream cannot be followed any more.
  bool broken() const { return broken_; }

 private:
  Bytes buffer_;
  std::size_t read_ = 0;  ///< bytes of `buffer_` that were given out
  bool broken_ = false;
};

void append_vsc(Bytes& to, VscType type, std::uint32_t reader, ByteView payload);
/// "VSCD", version 2, one capability word that claims nothing.
Bytes vsc_init_payload();
/// The 32-bit number that an Error message holds; nothing when its payload has another size.
std::optional<std::uint32_t> vsc_error_code(const VscMessage& message);

}  // namespace smx::vm
