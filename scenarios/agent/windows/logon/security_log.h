#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/agent/windows/logon/logon_events.h"

// The Security log: what the system itself wrote down of logons.

namespace smx::agent {

/// Throws StepFailure (all checks blocked, `no-audit`) when this system does not write logons down, both
/// those that it grants and those that it refuses, or does not say whether it does.
void require_logon_audit();

/// The number of the newest event; 0 for an empty log. Throws StepFailure (blocked, `no-audit`) when the log
/// cannot be read.
std::uint64_t newest_security_record();

/// The events 4624 and 4625 after that one, oldest first, of a person's logon at this machine (types 2, 7, 11
/// and 13), at most 256. Throws as newest_security_record does.
std::vector<LogonEvent> logon_events_after(std::uint64_t record);

}  // namespace smx::agent
