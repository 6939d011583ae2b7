#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 1: LsaLogonUser with the card's certificate and PIN gives a session of the domain's user, and the
/// ticket of that session opens the lab's web page. Detail `token`: what the web server answered to `GET
/// /NONCE-logon`. Detail `proved` is "api" then, and "screen" in the phases at the logon screen
/// (logon_screen.h), where the controller presses the keys.
Scenario domain_logon();

}  // namespace smx::agent
