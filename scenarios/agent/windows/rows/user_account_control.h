#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 12: what the elevation prompt does once card and PIN are entered: a logon with them, the full token
/// behind it, and a program that runs with it and says whose rights it has. Without a PIN, and for another
/// user, it is refused. Detail `proved` is "api" then; its phases at the prompt itself are
/// elevation_prompt.h's.
Scenario user_account_control();

/// The program that runs with that token.
Scenario elevation_probe();

}  // namespace smx::agent
