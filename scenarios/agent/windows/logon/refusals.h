#pragma once

#include "scenarios/agent/windows/logon/card_logon.h"

// What rows 5 and 12 have in common: the logons that must be refused.

namespace smx::agent {

/// `check` passes when the same logon without a PIN is refused and no try of the PIN is spent, which the card
/// itself is asked.
void check_refusal_without_pin(ScenarioContext& context, const char* check, const LogonCard& card,
                               std::uint64_t unlock);

/// `check` passes when the card does not open a session of the lab's other user, whom it does not name. To be
/// asked only once the PIN proved right: it spends a try otherwise.
void check_refusal_of_other_user(ScenarioContext& context, const char* check, const LogonCard& card,
                                 std::uint64_t unlock);

}  // namespace smx::agent
