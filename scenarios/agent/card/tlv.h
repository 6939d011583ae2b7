#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/agent/core/bytes.h"

// BER-TLV as cards use it (ISO 7816-4, 5.2.2): tag, length, value. Pure.

namespace smx::agent {

/// The first value with this one- or two-byte tag in a run of BER-TLVs, or nothing when it is absent or a
/// length is wrong (lengths of up to two bytes).
std::optional<Bytes> find_tlv(const Bytes& bytes, std::uint32_t tag);

/// A one-byte tag, the length in its shortest form, the value (at most 65535 bytes).
Bytes tlv(std::uint8_t tag, const Bytes& value);

/// One run of bytes after the other.
Bytes joined(const Bytes& first, const Bytes& second);

}  // namespace smx::agent
