#pragma once

#include <optional>
#include <string>

#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"

namespace smx {

/// "SafeBoot\Network" or "SafeBoot\Minimal".
std::string list_name(BootMode mode);

/// Why a service that would be started itself is not: of what it depends on, something is not.
struct BrokenDependency {
  std::string what;   ///< "bowser, which is not on the SafeBoot\Network list"
  std::string cause;  ///< a prediction's
  int error = 0;      ///< Windows'
};

/// The first dependency of `service`, at whatever distance, that is not installed, not started in `mode` or
/// disabled; nothing when all of them start. Circles and dependencies of groups without a known member are
/// left to Windows. Pure.
std::optional<BrokenDependency> broken_dependency(const WindowsInspection& windows,
                                                  const WindowsService& service, BootMode mode);

}  // namespace smx
