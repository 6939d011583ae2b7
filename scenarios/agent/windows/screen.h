#pragma once

#include <functional>

#include "scenarios/agent/core/scenario.h"
#include "scenarios/agent/windows/screen_state.h"

// What rows 1, 5, 8 and 12 have in common at the screen: the controller presses keys by the hypervisor, and
// between its steps the agent's phases bring the prompt up, say when keys may be pressed, and find out what
// came of it, from what the system itself knows and never from the screen.

namespace smx::agent {

inline constexpr const char *kScreenOpen = "screen-open", *kScreenReady = "screen-ready",
                            *kScreenLock = "screen-lock", *kScreenResult = "screen-result";

/// The prompt did not come up, or nobody saw keys arrive: StepFailure, blocked, `screen-not-reached`. It says
/// nothing about Windows.
[[noreturn]] void screen_not_reached(const std::string& why);

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

/// Asks again and again until it is so, since Windows tells no other process of these things. False when the
/// time is over.
bool comes_true(const Deadline& deadline, const std::function<bool()>& is_so);

/// Waits until the process that `asking` gives (0: there is none yet) has come to rest: keys that come
/// before are lost. False when the time is over.
bool comes_to_rest(const Deadline& deadline, const std::function<std::uint32_t()>& asking);

/// For what has begun and takes as long as it takes: all the time there is, but for what clearing away needs.
Deadline all_patience(const ScenarioContext& context);
/// For a prompt to come up, and for keys to be seen: 45 s of it at most.
Deadline screen_patience(const ScenarioContext& context);

}  // namespace smx::agent
