#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 14: the card makes a new key, its holder (by a ticket that the old one obtained) has the lab's
/// authority certify it, the certificate is written to the card, and the holder logs on with it. A PIV card's
/// authentication key is replaced, a GIDS card gets a second one; the controller puts the card back.
/// Details: `certificate_pem`, what was issued; `token`, what the web server answered to `GET
/// /NONCE-enrolled`.
Scenario smart_card_enrollment();

}  // namespace smx::agent
