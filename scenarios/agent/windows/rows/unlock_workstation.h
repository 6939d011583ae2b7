#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 5: the local security authority is asked as the logon screen asks it to unlock the console's session
/// (KERB_CERTIFICATE_UNLOCK_LOGON). It refuses without a PIN, and for another user; with card and PIN it
/// gives the session's own user. Detail `proved` is "api" then, since it is the logon screen that unlocks,
/// and "screen" in the phases there (logon_screen.h), where the controller presses the keys.
Scenario unlock_workstation();

}  // namespace smx::agent
