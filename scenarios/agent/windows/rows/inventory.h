#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// No checks: the drivers that a result depends on (docs/agent-protocol.md, "Inventory"): devices of the two
/// smart card classes, the files of the smart card stack with version and SHA-256, the table of cards, and
/// the policies. Bounded.
Scenario inventory();

}  // namespace smx::agent
