#pragma once

#include <string>
#include <vector>

#include "harness/core/windows_inspection.h"
#include "vm/windows/windows_disk.h"

namespace smx::vm {

/// What OfflineWindows::inspect gives. `image` is how errors call it; `services`: the names of the services
/// and drivers that it reports, as far as they are installed.
WindowsInspection inspect_windows(WindowsDisk& disk, const std::string& image,
                                  const std::vector<std::string>& services);

/// Whether SYSTEM says that a shut-down hibernates the kernel (where hibernation is possible).
bool wants_fast_startup(WindowsDisk& disk, const std::string& image);

}  // namespace smx::vm
