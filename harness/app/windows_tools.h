#pragma once

#include <string>

#include "harness/core/cancel.h"
#include "harness/core/windows_inspection.h"
#include "harness/prepare/windows_preparation.h"
#include "vm/boot/windows_boot.h"

namespace smx::app {

/// The boot configuration of an overlay, edited where it is: mode, and no recovery menu after a failed start.
vm::OfflineModeEdit offline_mode_edit();

/// Looks into images and makes overlays for real.
prepare::ImageTools image_tools(const CancelToken& cancel);

/// The agent's program for a Windows of this architecture ("x86" or else x64). Throws Error(environment) when
/// it is not built or not installed.
std::string windows_agent(const WindowsInspection& windows);

}  // namespace smx::app
