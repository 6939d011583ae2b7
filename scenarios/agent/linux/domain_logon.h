#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 1: a ticket of the lab's realm by PKINIT with the card's key, and its use. Detail `token`: what the
/// web server answered to `GET /NONCE-logon`.
Scenario domain_logon();

/// Row 8: a service of the network by a ticket that the card obtained. Detail `token`: what the web server
/// answered to `GET /NONCE-resource`.
Scenario network_resource();

}  // namespace smx::agent
