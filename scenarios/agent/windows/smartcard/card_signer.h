#pragma once

#include <memory>

#include "scenarios/agent/card/apdu.h"
#include "scenarios/agent/core/pin.h"
#include "scenarios/agent/core/request.h"

namespace smx::agent {

/// The card's authentication key and its certificate, over commands alone: for systems that have no driver of
/// their own for cards. Status words are values; a lost card and a malformed answer are StepFailure.
class CardSigner {
 public:
  virtual ~CardSigner() = default;
  /// Resets the card, selects its application and has it forget a verified PIN. Throws StepFailure (failed,
  /// cause `no-piv` or `no-gids`) when it has none.
  virtual void start_afresh() = 0;
  /// The DER of the authentication certificate. Throws StepFailure (failed, cause `no-certificate`).
  virtual Bytes certificate() = 0;
  virtual StatusWord verify(const Pin& pin) = 0;
  /// The signature over a SHA-256 digest of 32 bytes: RSA by PKCS#1 v1.5, or ECDSA in DER; `certificate` says
  /// which. Throws StepFailure (failed, cause `wrong-status` or `bad-response`).
  virtual Bytes sign(const Bytes& digest, const Bytes& certificate) = 0;
};

/// The card outlives the signer.
std::unique_ptr<CardSigner> open_card_signer(CardConnection& card, CardApplication application);

/// DigestInfo of a SHA-256 digest (RFC 8017, 9.2, note 1): what a card pads itself.
Bytes sha256_digest_info(const Bytes& digest);
/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2) for a key of `size` bytes: what a card that knows no padding signs. Throws
/// std::invalid_argument when it does not fit.
Bytes pkcs1_padded(const Bytes& digest_info, std::size_t size);

}  // namespace smx::agent
