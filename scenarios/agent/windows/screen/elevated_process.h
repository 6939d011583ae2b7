#pragma once

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/windows/screen/screen_state.h"

namespace smx::agent {

/// Reports `check`: the process that the prompt started has the card holder's token (state.sid), elevated. It
/// is looked for, and no report is trusted: it runs this program in the console's session, since
/// after the process that asked (state.process). Blocked, `system-trouble`, when there is none; else it is
/// ended. Details `elevated_as`.
void judge_elevated_process(ScenarioContext& context, const char* check, const ScreenState& state);

}  // namespace smx::agent
