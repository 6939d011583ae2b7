#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Reads how many tries the card's PIN has left, without spending one: what the controller asks before it
/// lets a scenario present a PIN to a card that is not the project's own. Detail `pin_tries`, 0 to 15.
Scenario card_tries();

}  // namespace smx::agent
