#pragma once

#include <optional>

#include "harness/core/bytes.h"

// BER-TLV data objects (ISO/IEC 7816-4, 5.2.2): tags of one to three bytes, definite lengths of up to three
// bytes.

namespace smx::vm {

struct Tlv {
  std::uint32_t tag = 0;  ///< the tag's bytes as one number: 0x53, 0x5fc105
  ByteView value;         ///< points into the bytes that were read
};

/// Reads data objects one after another from memory. Never reads past the end, never loops.
class TlvReader {
 public:
  explicit TlvReader(ByteView bytes) : rest_(bytes) {}
  /// The next object; nothing at the end, or when what follows is not a data object (then `broken()`).
  std::optional<Tlv> next();
  bool broken() const { return broken_; }

 private:
  std::optional<std::uint8_t> byte();
  std::optional<std::uint32_t> tag();
  std::optional<std::size_t> length();

  ByteView rest_;
  bool broken_ = false;
};

/// The first object with this tag on the top level; nothing when there is none or what comes before it is
/// broken.
std::optional<ByteView> find_tlv(ByteView bytes, std::uint32_t tag);

/// Appends one data object; values are shorter than 65536 bytes.
void append_tlv(Bytes& to, std::uint32_t tag, ByteView value);
Bytes make_tlv(std::uint32_t tag, ByteView value);

}  // namespace smx::vm
