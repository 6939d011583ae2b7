#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace smx::vm {

/// The USB devices ("08e6:3437") that the PC/SC drivers installed in `folder` say they are for: the arrays
/// ifdVendorID and ifdProductID of each BUNDLE/Contents/Info.plist. What cannot be read names none.
std::set<std::string> devices_of_pcsc_drivers(const std::filesystem::path& folder);

}  // namespace smx::vm
