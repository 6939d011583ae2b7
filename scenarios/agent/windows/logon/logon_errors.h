#pragma once

#include <cstdint>

namespace smx::agent {

/// The protocol's word for what LsaLogonUser refused with: the substatus where it says more than the status.
/// Pure.
const char* logon_cause(std::uint32_t status, std::uint32_t substatus);

/// Whether a refusal says that the card's holder is not the user asked for, or may not log on there: what is
/// expected of another user. A refusal of the card, the PIN or the system is none. Pure.
bool refuses_this_user(std::uint32_t status, std::uint32_t substatus);

/// Whether a refusal is for a PIN that is wrong or absent. Pure.
bool refuses_for_pin(std::uint32_t status, std::uint32_t substatus);

}  // namespace smx::agent
