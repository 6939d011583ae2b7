#pragma once

#include <string>
#include <vector>

namespace smx::agent {

/// "08e6:4433" for every USB device that is present, at most 256. Wine has none in its device tree: there the
/// ones of the Linux under it are read, from Z:\sys.
std::vector<std::string> usb_devices();

}  // namespace smx::agent
