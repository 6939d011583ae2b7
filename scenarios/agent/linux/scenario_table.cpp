#include "scenarios/agent/linux/scenarios.h"

namespace smx::agent {

const std::vector<AgentScenario>& scenarios() {
#define SMX_SCENARIO(function) function(),
  static const std::vector<AgentScenario> kTable{
#include "scenarios/agent/linux/scenarios.inc"
  };
#undef SMX_SCENARIO
  return kTable;
}

}  // namespace smx::agent
