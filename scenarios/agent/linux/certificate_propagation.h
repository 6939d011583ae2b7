#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// The names of certificates that the service put into the store, from the table that `certutil -L` prints.
std::vector<std::string> propagated_names(std::string_view table);

}  // namespace smx::agent
