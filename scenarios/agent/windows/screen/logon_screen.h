#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// A row at the logon screen.
struct LogonScreenRow {
  const char* check;
  std::vector<std::uint32_t> types;  ///< of the logon that the Security log must have
  bool unlocks;                      ///< the session is opened by the card first, and then locked
};

/// The phases of rows 1 and 5 at the screen. `screen-open` signs the console's user out and waits for the
/// logon screen; `screen-ready` says that keys may be pressed there, and that no open desktop gets them;
/// `screen-lock` waits for the card holder's session and locks it; `screen-result` passes when the Security
/// log has the holder's logon since then and the console's session is the holder's and not locked, fails when
/// Windows refused the holder, and signs the session out.
void run_at_logon_screen(ScenarioContext& context, const LogonScreenRow& row);

}  // namespace smx::agent
