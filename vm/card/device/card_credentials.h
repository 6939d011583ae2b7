#pragma once

#include <string>
#include <vector>

#include "harness/core/secret.h"
#include "harness/core/types.h"
#include "vm/card/memory/card_secrets.h"

namespace smx::vm {

/// What the agent is told of the card, and what the controller checks against.
struct CardCredentials : CardSecrets {
  std::string certificate_pem;  ///< of the authentication key (PIV 9A)
  std::string atr_hex;
  CardApplication application = CardApplication::piv;
  Secret new_pin = {};         ///< what a PIN must be changed to; empty: anything
  bool may_block = true;       ///< the PIN may be blocked on purpose, and unblocked by the PUK
  Secret management_key = {};  ///< 9B of a PIV card where it is a 3DES key that is known: 48 hex digits

  /// Every secret in here: what must not appear in anything that is kept (harness/core/secret.h). Empty ones
  /// are left out.
  std::vector<Secret> secrets() const;
};

}  // namespace smx::vm
