#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/core/time_types.h"
#include "harness/signing/signer.h"

namespace smx::signing {

/// What a detached signature is worth.
struct Verification {
  bool valid = false;
  std::string why;                     ///< one line: why it is not valid; empty when it is
  std::optional<Identity> signer;      ///< whose certificate is in it, as far as that could be read
  std::optional<TimePoint> signed_at;  ///< what the signer said of the time; only of a valid signature
};

/// Whether `signature` is one as Signer::sign_detached makes it, over exactly `content`, by the owner of the
/// certificate `pinned`: the signer's certificate must be that one byte for byte. The pin is the trust: chain
/// and purpose are not asked, but the signing time must lie in the certificate's validity. Any bytes may be
/// given as a signature; more than 1 MiB are not.
Verification verify_detached(std::string_view content, std::string_view signature, const Identity& pinned);

}  // namespace smx::signing
