#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/core/details.h"
#include "scenarios/agent/core/platform.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/core/request.h"

namespace smx::agent {

/// What a scenario is given. It reports into `checks`, and lays what it saw into `details`.
struct ScenarioContext {
  const Request& request;
  Reporter& checks;
  Details& details;
  const Deadline& deadline;
  Platform& platform;
};

/// One scenario: its name in the protocol, the checks of each of its phases, and what it does.
/// It returns normally whatever it found; StepFailure ends it early. It leaves nothing behind.
struct AgentScenario {
  std::string name;
  std::map<std::string, std::vector<std::string>> checks;  ///< by phase; most have "main" only
  void (*run)(ScenarioContext& context);
};

/// The plain table of this system's scenarios, in the order `agent list` shows them.
const std::vector<AgentScenario>& scenarios();

}  // namespace smx::agent
