#pragma once

#include <string>
#include <vector>

namespace smx::agent {

/// The names of all network interfaces, the loopback's included, as a user sees them.
std::vector<std::string> network_interfaces();

/// Those that are up, have an address, and are no loopback.
std::vector<std::string> working_network_interfaces();

}  // namespace smx::agent
