#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

inline constexpr const char* kConnectedByScreen = "connected-by-screen";

/// The phases of row 8 at the screen. `screen-open` has a process on the console's desktop show Windows' own
/// dialog for credentials (CredUIPromptForWindowsCredentials); `screen-ready` says that the keys go to it;
/// `screen-result` takes that process's word: what the dialog gave was the card's certificate, and with it
/// and the PIN that was typed the share, or where there is none the web page, was opened.
void run_network_prompt(ScenarioContext& context);

}  // namespace smx::agent
