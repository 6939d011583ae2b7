#pragma once

#include <optional>

#include "harness/core/bytes.h"

// Certificates in the forms that Windows' class minidriver keeps them in.

namespace smx::vm::gids {

/// A certificate as it lies in a file: 01 00, its length 2 LE, the DER compressed by zlib.
Bytes compressed(ByteView certificate);
/// The inverse; nothing for anything else, or when it does not have exactly the length that it says.
std::optional<Bytes> decompressed(ByteView file);

/// The PKCS#7 of msroots: certificates and nothing signed.
Bytes roots(ByteView certificate);

}  // namespace smx::vm::gids
