#pragma once

#include <functional>

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/windows/screen/screen_state.h"

// What rows 1, 5, 8 and 12 have in common at the screen: the controller presses keys by the hypervisor, and
// between its steps the agent's phases bring the prompt up, say when keys may be pressed, and find out what
// came of it, from what the system itself knows and never from the screen.

namespace smx::agent {

inline constexpr const char *kScreenOpen = "screen-open", *kScreenReady = "screen-ready",
                            *kScreenLock = "screen-lock", *kScreenResult = "screen-result";

/// Runs a phase that brings the prompt up. Done, it reports nothing; the phase with the result has the check.
/// What goes wrong ends it with `check` blocked, `screen-not-reached` (or `no-audit`), but for a boot mode
/// that refuses a service: failed, `not-in-safeboot`. Everything that earlier phases left is cleared away
/// then.
void bring_up(ScenarioContext& context, const char* check, const std::function<void()>& phase);

/// Runs the phase with the result, which reports `check`; then everything is cleared away.
void conclude_screen(ScenarioContext& context, const std::function<void(const ScreenState&)>& phase);

void keep_screen(ScenarioContext& context, const ScreenState& state);
/// What the phase before left; it stays. Throws StepFailure (blocked, `screen-not-reached`).
ScreenState kept_screen(ScenarioContext& context);

/// The SID of the lab's card holder, whom a domain controller may have to be asked for. Throws StepFailure
/// (blocked, `screen-not-reached`).
std::string card_holders_sid(ScenarioContext& context);

}  // namespace smx::agent
