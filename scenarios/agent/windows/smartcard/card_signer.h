#pragma once

#include <memory>

#include "scenarios/agent/card/authentication_key.h"

namespace smx::agent {

/// The card's authentication key and its certificate on a card that is held alone: for systems that have no
/// driver of their own for cards. Status words are values; a lost card and a malformed answer are
/// StepFailure.
class CardSigner {
 public:
  /// The card outlives the signer.
  CardSigner(CardConnection& card, CardApplication application)
      : card_(card), application_(application), key_(open_authentication_key(card, application)) {}

  /// Resets the card, selects its application and has it forget a verified PIN. Throws StepFailure (failed,
  /// cause `no-piv` or `no-gids`) when it has none.
  void start_afresh();
  /// The DER of the authentication certificate. Throws StepFailure (failed, cause `no-certificate`).
  Bytes certificate();
  StatusWord verify(const Pin& pin) { return key_->verify(pin); }
  /// As AuthenticationKey::sign.
  Bytes sign(const Bytes& digest, const Bytes& certificate) { return key_->sign(digest, certificate); }

 private:
  CardConnection& card_;
  CardApplication application_;
  std::unique_ptr<AuthenticationKey> key_;
};

/// The card outlives the signer.
std::unique_ptr<CardSigner> open_card_signer(CardConnection& card, CardApplication application);

}  // namespace smx::agent
