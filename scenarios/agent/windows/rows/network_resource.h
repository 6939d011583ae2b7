#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 8: in the console user's session, with the credential that CredUI makes of a card and its PIN (the
/// marshalled certificate as user name, the PIN as password): the lab's web page by Kerberos, and the lab's
/// share where there is one. Detail `token`: what the web server answered to `GET /NONCE-resource`. Detail
/// `proved` is "api": CredUI's dialog is not shown. Its phases at the screen are network_prompt.h's.
Scenario network_resource();

/// The user's half.
Scenario network_resource_for_user();

}  // namespace smx::agent
