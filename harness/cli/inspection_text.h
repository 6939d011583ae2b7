#pragma once

#include <string>
#include <vector>

#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"

namespace smx::cli {

/// What `image inspect` shows a person. Pure.
std::string inspection_text(const WindowsInspection& windows);
std::string prediction_text(BootMode mode, const std::vector<Prediction>& predictions);

}  // namespace smx::cli
