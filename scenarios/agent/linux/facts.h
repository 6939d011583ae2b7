#pragma once

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/linux/linux_platform.h"

namespace smx::agent {

/// The same, from other places.
void collect_facts(const LinuxPaths& paths, const Deadline& deadline, Details& details);

}  // namespace smx::agent
