#pragma once

#include <memory>

#include "scenarios/agent/card/apdu.h"
#include "scenarios/agent/core/pin.h"
#include "scenarios/agent/core/request.h"

namespace smx::agent {

/// The card's authentication key and its certificate, over commands alone, the same for PIV and GIDS. It
/// keeps no state but the card's and resets nothing, so the card may be shared with other programs. Status
/// words are values; a lost card and a malformed answer are StepFailure.
class AuthenticationKey {
 public:
  virtual ~AuthenticationKey() = default;
  /// Selects the application and has the card forget a verified PIN. Throws StepFailure (failed, cause
  /// `no-piv` or `no-gids`) when it has none.
  virtual void select_afresh() = 0;
  /// The certificate as the card holds it: DER on a PIV card, compressed on a GIDS card. Throws StepFailure
  /// (failed, cause `no-certificate`).
  virtual Bytes stored_certificate() = 0;
  virtual StatusWord verify(const Pin& pin) = 0;
  /// The signature over a SHA-256 digest of 32 bytes: RSA by PKCS#1 v1.5, or ECDSA in DER. `certificate`, in
  /// either form, says which. Throws StepFailure (failed, cause `wrong-status` or `bad-response`).
  virtual Bytes sign(const Bytes& digest, const Bytes& certificate) = 0;
};

/// The card outlives the key.
std::unique_ptr<AuthenticationKey> open_authentication_key(Transmitter& card, CardApplication application);

/// DigestInfo of a SHA-256 digest (RFC 8017, 9.2, note 1): what a card pads itself.
Bytes sha256_digest_info(const Bytes& digest);
/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2) for a key of `size` bytes: what a card that knows no padding signs. Throws
/// std::invalid_argument when it does not fit.
Bytes pkcs1_padded(const Bytes& digest_info, std::size_t size);

}  // namespace smx::agent
