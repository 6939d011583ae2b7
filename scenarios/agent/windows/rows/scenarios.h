#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

// One function for each line of the two lists: it gives the scenario, and its specification is at its
// definition.
#define SMX_SCENARIO(function) AgentScenario function();
#include "scenarios/agent/windows/rows/scenarios.inc"
#include "scenarios/agent/windows/rows/session_scenarios.inc"
#undef SMX_SCENARIO

}  // namespace smx::agent
