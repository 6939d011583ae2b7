#pragma once

#include "scenarios/agent/card/pin_port.h"
#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// The scenario `pin-management` by a way to the card's PIN. `port` can unblock where the card may be
/// blocked.
void manage_pin(ScenarioContext& context, PinPort& port);

/// Its checks, whichever way is taken.
std::vector<std::string> pin_management_checks();

}  // namespace smx::agent
