#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// What both parts of row 8 need: administrators' rights, a network, and the service Workstation where there
/// is a share. Else throws StepFailure.
void require_network_resource(ScenarioContext& context);

}  // namespace smx::agent
