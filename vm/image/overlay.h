#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"

namespace smx::vm {

/// The qemu-img call that makes an empty qcow2 `overlay` on `disk` (qcow2, absolute paths): written blocks go
/// to the overlay, `disk` is only read.
std::vector<std::string> overlay_command(const std::filesystem::path& disk,
                                         const std::filesystem::path& overlay);

/// Makes it. Throws Error(usage) when `disk` is missing or a path is relative, or `overlay` is there already;
/// Error(environment) when qemu-img is missing or fails; Cancelled. Blocks some 20 ms.
void create_overlay(const std::filesystem::path& disk, const std::filesystem::path& overlay,
                    const CancelToken& cancel);

}  // namespace smx::vm
