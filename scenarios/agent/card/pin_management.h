#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 6: a wrong PIN is refused, the PIN is changed, blocked, unblocked by the PUK (a
/// GIDS card: by the administrator) and put back.
/// Spends all tries of the PIN (at most 15, each counted down by the card) and one of the PUK; whatever
/// happens, it tries to leave the first PIN valid with its counter full. Of a card that may not be blocked it
/// spends one try at a time, and never uses the PUK.
Scenario pin_management();

}  // namespace smx::agent
