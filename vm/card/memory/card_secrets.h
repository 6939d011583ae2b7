#pragma once

#include "harness/core/secret.h"

namespace smx::vm {

/// The secrets of a card, as its owner has them. An empty one is not known, or the card does not have it.
struct CardSecrets {
  Secret pin, puk;
  Secret admin_key = {};  ///< of a GIDS card, 48 hex digits: what unblocks it instead of a PUK
};

}  // namespace smx::vm
