#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 2's counterpart. Phase `online`: the user logs on to the domain with the card, and the card's
/// certificate is kept for later; `offline`, while the controller has cut the network: the same card logs on
/// without the domain, and whoever never logged on before is refused; `restored`: the domain can be reached
/// again, and nothing is kept any more.
Scenario cached_logon();

}  // namespace smx::agent
