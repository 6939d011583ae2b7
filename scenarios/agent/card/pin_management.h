#pragma once

#include "scenarios/agent/card/pin_port.h"
#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 6: a wrong PIN is refused, the PIN is changed, blocked, unblocked by the PUK (a
/// GIDS card: by the administrator) and put back.
/// Spends all tries of the PIN (at most 15, each counted down by the card) and one of the PUK; whatever
/// happens, it tries to leave the first PIN valid with its counter full. Of a card that may not be blocked it
/// spends one try at a time, and never uses the PUK.
Scenario pin_management();

/// The same by another way to the card's PIN. `port` can unblock where the card may be blocked.
void manage_pin(ScenarioContext& context, PinPort& port);

/// The checks of both.
std::vector<std::string> pin_management_checks();

}  // namespace smx::agent
