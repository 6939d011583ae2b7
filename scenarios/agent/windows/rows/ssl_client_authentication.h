#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 9: two connections by Schannel, by TLS 1.2 and by TLS 1.3, to a server that demands a client
/// certificate; the card's key signs through the smart card key storage provider. The server answers with a
/// one-time token, which the controller compares with its own record of it.
Scenario ssl_client_authentication();

}  // namespace smx::agent
