#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/agent/core/agent_scenario.h"

// The session that the machine's own screen and keyboard belong to. Nothing here needs the Remote Desktop
// service, which a safe mode does not start: where its answers are missing, processes are looked at.

namespace smx::agent {

struct Console {
  static constexpr std::uint32_t kNoSession = 0xffffffff;
  std::uint32_t session = kNoSession;  ///< kNoSession for a moment, while one session makes way for the next
  std::vector<std::string> people;     ///< SIDs of the persons whose programs run in it; may be empty
  std::optional<bool> locked;          ///< nothing where Windows does not say
  std::uint32_t logon_screen = 0;      ///< the process id of LogonUI.exe in it; 0: there is none

  bool has(const std::string& sid) const;
};

Console look_at_console();

/// Whether the console's session is locked; where Windows does not say, a process in that session looks
/// which desktop gets the keys. Throws StepFailure as run_in_session does.
bool is_locked(ScenarioContext& context, const Console& console);

/// Asks Windows to sign the user out of it, and does not wait. Details `sign_out`.
void sign_out(ScenarioContext& context, std::uint32_t session);

/// Asks Windows to lock it, in the name of its user, and does not wait. Throws StepFailure as run_in_session
/// does, and blocked, `system-trouble`.
void lock_console(ScenarioContext& context);

}  // namespace smx::agent
