#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// No checks: what the controller proves the boot mode and the reader's attachment with
/// (docs/agent-protocol.md, "Facts").
Scenario facts();

}  // namespace smx::agent
