#pragma once

#include <vector>

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/windows/logon/logon_events.h"

namespace smx::agent {

/// The events that were looked at, at most 32, as detail `screen.events`.
void record(Details& details, const std::vector<LogonEvent>& events);

/// `check` failed: Windows itself refused the card's holder. Details `screen.status` and `screen.substatus`.
void report_refusal(ScenarioContext& context, const char* check, const LogonEvent& event);

}  // namespace smx::agent
