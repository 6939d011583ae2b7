#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/core/cancel.h"

namespace smx::vm {

/// Says what a build is doing: one line for a person, no newline.
using Progress = std::function<void(const std::string&)>;

/// Only one build at a time works in a cache folder. The lock ends with the process, whatever happens to it.
class BuildLock {
 public:
  /// Blocks while another process has it, saying so once. Throws Cancelled, Error(environment).
  BuildLock(const std::filesystem::path& file, const Progress& progress, const CancelToken& cancel);
  ~BuildLock();
  BuildLock(const BuildLock&) = delete;
  BuildLock& operator=(const BuildLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace smx::vm
