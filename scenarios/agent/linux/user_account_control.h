#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 12: a standard user becomes root by sudo, with the card and its PIN in place of a password. Refused
/// are the same without a PIN, and a user whose card it is not and who has no right to it.
Scenario user_account_control();

}  // namespace smx::agent
