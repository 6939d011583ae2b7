#pragma once

#include <functional>
#include <string>

#include "scenarios/agent/core/agent_scenario.h"

// How long a scenario waits for something at the screen, and what it says when that does not come.

namespace smx::agent {

/// The prompt did not come up, or no keys arrived: StepFailure, blocked, `screen-not-reached`. It says
/// nothing about Windows.
[[noreturn]] void screen_not_reached(const std::string& why);

/// Waits until the process that `asking` gives (0: there is none yet) has come to rest: keys that come
/// before are lost. False when the time is over.
bool wait_until_idle(const Deadline& deadline, const std::function<std::uint32_t()>& asking);

/// For what has begun and takes as long as it takes: all the time there is, but for what clearing away needs.
Deadline whole_deadline(const ScenarioContext& context);
/// For a prompt to come up, and for keys to be seen: 45 s of it at most.
Deadline screen_deadline(const ScenarioContext& context);

}  // namespace smx::agent
