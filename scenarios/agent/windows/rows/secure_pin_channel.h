#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 16: this process has the card's minidriver make a session PIN (CardAuthenticateEx,
/// CARD_AUTHENTICATE_GENERATE_SESSION_PIN) and hands it to another one, in the console user's session, which
/// uses the card by it without having seen the PIN. Cards whose PIN strength knows no session PINs, and
/// systems without minidrivers, are not applicable.
Scenario secure_pin_channel();

/// The other process.
Scenario session_pin_user();

}  // namespace smx::agent
