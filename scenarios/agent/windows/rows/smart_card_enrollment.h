#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 14: in the console user's session, CertEnroll has the card make a key (through the Microsoft Base
/// Smart Card Crypto Provider, with the PIN given to it), the lab's authority certifies it in exchange for a
/// ticket of the card's old certificate, CertEnroll writes the certificate to the card, and the new one
/// obtains a ticket. Cards that their minidriver says cannot be written are not applicable. The new key is
/// deleted again, and its certificate taken out of the user's store.
Scenario smart_card_enrollment();

/// The user's half.
Scenario enrollment_for_user();

}  // namespace smx::agent
