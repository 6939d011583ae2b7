#pragma once

#include <string>

#include "harness/core/cancel.h"
#include "harness/core/model/plan.h"
#include "vm/reader/virtual_reader.h"

namespace smx::app {

/// Where the command line says that the secrets of card files are: "env:VARIABLE" or "file:PATH"; "" for
/// nothing.
struct CardArguments {
  std::string pin, puk, admin_key = {};
};

/// The secrets of the cards that the plan uses and does not issue itself: those that the matrix names, for
/// card files else what the command line gives. What unblocks a GIDS card, the matrix's "puk", is its
/// administrator's key. A scenario that needs a secret and cannot have it would only come back blocked, so it
/// is said before anything boots: throws Error(usage) with the place in the matrix.
vm::SecretsByCard card_secrets(const Plan& plan, const CardArguments& arguments, const CancelToken& cancel);

}  // namespace smx::app
