#pragma once

#include <string>
#include <string_view>

namespace smx::vm {

/// A binary PPM (netpbm's P6, at most 255 a sample), as QEMU's `screendump` writes it, as a PNG. Throws
/// Error(guest) for anything else, and for a picture of more than 8192 pixels a side.
std::string png_of_ppm(std::string_view ppm);

}  // namespace smx::vm
