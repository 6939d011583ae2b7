#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 4, as far as one machine can show it: the Remote Desktop service starts, and a listener answers at its
/// port as Remote Desktop does. Nobody can log on over it here: that check is always blocked,
/// `no-remote-desktop-client`, so that the row fails where the boot mode refuses the service, and never
/// passes. What was started is stopped again.
Scenario remote_desktop_logon();

}  // namespace smx::agent
