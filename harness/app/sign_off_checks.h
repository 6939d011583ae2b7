#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vm/hypervisor/host_checks.h"

namespace smx::app {

/// What a sign-off is made with. Only signing needs it, so what is missing is a remark. Pure: `is_there`
/// tells of a program by its name, `module` is where OpenSC's PKCS#11 module is, empty when nowhere.
std::vector<vm::HostCheck> sign_off_checks(const std::function<bool(const std::string&)>& is_there,
                                           const std::string& module);

/// The same of this host.
std::vector<vm::HostCheck> sign_off_checks();

}  // namespace smx::app
