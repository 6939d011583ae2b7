#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/rows/scenarios.h"

namespace smx::agent {

#define SMX_SCENARIO(function) function(),

const std::vector<AgentScenario>& scenarios() {
  static const std::vector<AgentScenario> kTable{
#include "scenarios/agent/windows/rows/scenarios.inc"
  };
  return kTable;
}

const std::vector<AgentScenario>& session_scenarios() {
  static const std::vector<AgentScenario> kTable{
#include "scenarios/agent/windows/rows/session_scenarios.inc"
  };
  return kTable;
}

#undef SMX_SCENARIO

}  // namespace smx::agent
