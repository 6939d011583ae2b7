#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vm/hypervisor/host_checks.h"

namespace smx::app {

/// What Windows images are looked into, switched and started with. Only hosts with one need it, so what is
/// missing is a remark. Pure: `is_there` tells of a program by its name, and of a file by its path.
std::vector<vm::HostCheck> windows_checks(const std::function<bool(const std::string&)>& is_there);

/// The same of this host.
std::vector<vm::HostCheck> windows_checks();

}  // namespace smx::app
