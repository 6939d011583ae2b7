#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 10: the service CertPropSvc puts a card's certificates into the Personal store of whoever is logged on
/// at the console, when the card is inserted. Phase `removed` takes the card's certificate out of that store;
/// `inserted` waits for it to come back with a reference to its key, and reports it as the store has it:
/// detail `certificate_pem`. The store is as it was found afterwards.
Scenario certificate_propagation();

/// The user's half, in their session: phases `removed`, `inserted`, `clean`.
Scenario personal_certificate();

}  // namespace smx::agent
