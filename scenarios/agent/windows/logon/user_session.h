#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/windows/win32/handle.h"

namespace smx::agent {

/// The user who is logged on at the console.
struct UserSession {
  Handle token;     ///< a primary token; none: this process itself is the session's (Wine)
  std::string how;  ///< how it was had: "session" (WTSQueryUserToken), "explorer", "this process"
};

/// Throws StepFailure (all checks blocked, `no-user-session`) when no user is logged on at the console, or
/// this process may not act for them.
UserSession console_session();

/// The full token behind the limited one of an administrator; none where there is none, or it is full
/// already.
Handle elevated(const Handle& token);

/// The whole path of the program that this process runs.
std::string own_program();

/// The verb by which the agent runs itself in a session: `agent in-session NAME`. For main() only.
inline constexpr const char* kInSession = "in-session";
/// The table behind it.
const std::vector<AgentScenario>& session_scenarios();

/// Runs a scenario of that table as the console's user, on their desktop, and takes its result over: its
/// checks must be announced by this one too. The request goes by a pipe, with its secrets; nothing of it is
/// on a command line. `phase` in place of the request's. Throws StepFailure: as console_session does, and
/// failed, `no-answer`.
void run_in_session(ScenarioContext& context, const std::string& name, const std::string& phase);

/// The same with a token that is at hand (null: as this process), and with more credentials than the
/// request's.
struct RunAs {
  HANDLE token = nullptr;
  bool on_console = false;
  std::map<std::string, Pin> more_credentials = {};
};
void run_as(const RunAs& who, ScenarioContext& context, const std::string& name, const std::string& phase);

}  // namespace smx::agent
