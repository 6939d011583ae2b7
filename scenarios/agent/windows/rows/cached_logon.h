#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 2: phase `online` logs on with the card while the domain answers, which Windows keeps for later;
/// `offline`, while the controller has cut the network: the same card logs on from the cache, and another
/// user is refused; `restored`: the domain answers again. Detail `proved` is "api".
Scenario cached_logon();

}  // namespace smx::agent
