#include "scenarios/agent/windows/smartcard/card_signer.h"

#include "scenarios/agent/card/gids_client.h"

namespace smx::agent {

void CardSigner::start_afresh() {
  card_.reset();
  key_->select_afresh();
}

Bytes CardSigner::certificate() {
  if (application_ == CardApplication::gids) return GidsClient(card_).certificate();
  return key_->stored_certificate();
}

std::unique_ptr<CardSigner> open_card_signer(CardConnection& card, CardApplication application) {
  return std::make_unique<CardSigner>(card, application);
}

}  // namespace smx::agent
