#pragma once

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/windows/screen/screen_state.h"

// A process of the agent on the console's desktop that asks its user something. It outlives the phase that
// started it: the controller presses the keys, and a later phase takes its result over. It gets no secret.

namespace smx::agent {

/// Starts a scenario of the session's table (user_session.h) and notes its process in `state`. Its three
/// streams are files that LocalSystem opened, in a folder that holds what need not last. Throws StepFailure:
/// as console_session and run_child do.
void start_prompt_helper(ScenarioContext& context, ScreenState& state, const std::string& name);

bool prompt_helper_runs(const ScreenState& state);
/// Whether it said that the keys go to its prompt (prompt_watch.h).
bool prompt_is_up(ScenarioContext& context, const ScreenState& state);
/// Whether it said that its prompt is answered; it may still be at work with the answer.
bool prompt_is_answered(ScenarioContext& context);
/// Its result, once it has ended, into `checks` and `details`. Throws StepFailure as take_over does.
void take_answer(ScenarioContext& context, const std::string& name, Reporter& checks, Details& details);

/// Ends it, if it still runs, and removes its files.
void end_prompt_helper(ScenarioContext& context, const ScreenState& state);

/// Waits until its prompt is up and the program that shows it has come to rest. `asking` gives that
/// program's process. Throws StepFailure (blocked, `screen-not-reached`), with the helper's own words where
/// it has ended.
void wait_for_prompt(ScenarioContext& context, const ScreenState& state, const std::string& name,
                     std::uint32_t (*asking)(const ScreenState& state));

}  // namespace smx::agent
