#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

// One function for each line of the list: it gives the scenario, and its specification is at its definition.
#define SMX_SCENARIO(function) AgentScenario function();
#include "scenarios/agent/linux/scenarios.inc"
#undef SMX_SCENARIO

}  // namespace smx::agent
