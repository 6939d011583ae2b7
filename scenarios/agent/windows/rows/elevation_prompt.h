#pragma once

#include <string>
#include <vector>

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

inline constexpr const char* kElevatedByScreen = "elevated-by-screen";

/// The phases of row 12 at the screen. `screen-open` has a process on the console's desktop start the agent
/// elevated (`runas`), which makes Windows ask for an administrator's credentials; `screen-ready` says that
/// the prompt (consent.exe) has the keys; `screen-result` looks at the process that was started: whose token
/// it has, and whether it is elevated. A refusal is the Security log's.
void run_elevation_prompt(ScenarioContext& context);

/// The verb of what is started elevated: `agent stay MILLISECONDS` does nothing for that long, so that it can
/// be looked at. Gives the exit code. For main() only.
inline constexpr const char* kStay = "stay";
int stay(const std::vector<std::string>& arguments);

}  // namespace smx::agent
