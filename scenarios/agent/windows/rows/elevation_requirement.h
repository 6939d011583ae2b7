#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// What both parts of row 12 need: as require_domain_member, and the service Application Information. Else
/// throws StepFailure.
void require_elevation(ScenarioContext& context);

}  // namespace smx::agent
