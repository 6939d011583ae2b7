#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 5: the PAM service of a locked session (smx-unlock) is asked as a session's keeper asks it. It refuses
/// without a PIN, refuses to unlock somebody else's session with this card, and unlocks its holder's session
/// with card and PIN.
Scenario unlock_workstation();

}  // namespace smx::agent
