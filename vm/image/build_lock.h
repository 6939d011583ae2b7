#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "harness/core/cancel.h"
#include "harness/core/files.h"

namespace smx::vm {

/// Says what a build is doing: one line for a person, no newline.
using Progress = std::function<void(const std::string&)>;

/// Only one build at a time works in a cache folder. Blocks while another process has the lock, saying so
/// once. Throws Cancelled, Error(environment).
std::unique_ptr<FileLock> wait_for_other_builds(const std::filesystem::path& file, const Progress& progress,
                                                const CancelToken& cancel);

}  // namespace smx::vm
