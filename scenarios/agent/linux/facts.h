#pragma once

#include "scenarios/agent/core/scenario.h"
#include "scenarios/agent/linux/linux_platform.h"

namespace smx::agent {

/// No checks: what the controller proves the boot mode and the reader's attachment with
/// (docs/agent-protocol.md).
Scenario facts();

/// The same, from other places.
void collect_facts(const LinuxPaths& paths, const Deadline& deadline, Details& details);

}  // namespace smx::agent
