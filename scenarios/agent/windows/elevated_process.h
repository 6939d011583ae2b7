#pragma once

#include <cstdint>

#include "scenarios/agent/core/scenario.h"
#include "scenarios/agent/windows/screen_state.h"

namespace smx::agent {

/// Reports `check`: the process runs this program in the console's session, was started since the prompt came
/// up, and its token is the card holder's (state.sid) and elevated. Ends the process. Details `elevated_as`.
void judge_elevated_process(ScenarioContext& context, const char* check, const ScreenState& state,
                            std::uint32_t process);

}  // namespace smx::agent
