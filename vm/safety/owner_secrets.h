#pragma once

#include "harness/core/secret.h"

namespace smx::vm {

/// What the owner of a card gave.
struct OwnerSecrets {
  Secret pin, puk;        ///< empty: not given
  Secret admin_key = {};  ///< of a GIDS card, instead of a PUK
};

}  // namespace smx::vm
