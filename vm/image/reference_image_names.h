#pragma once

#include <string>
#include <vector>

namespace smx::vm {

/// The images that can be built: "reference-linux" (docs/reference-guest.md) and "reference-wine"
/// (docs/reference-wine.md).
const std::vector<std::string>& reference_image_names();

}  // namespace smx::vm
