#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 11: the reader and its card are seen, and so are the card's removal and insertion. Three phases
/// (`present`, `removed`, `inserted`), between which the controller acts on the card. The service's event
/// counter is kept from phase to phase: it proves the event even when it came before the phase began.
Scenario device_management();

}  // namespace smx::agent
