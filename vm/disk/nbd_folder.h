#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "harness/core/files.h"

namespace smx::vm {

/// Where one qemu-nbd has its socket and its process's number, below this user's runtime folder.
///
///   n-XXXXXX/   s     its socket
///               pid   its process; qemu-nbd's arguments name this file, whatever process started it
///               lock  held (flock) for as long as the process that started it lives
///
/// A server ends with its only client. One whose client died before it connected would wait forever, and keep
/// its image locked: the process that makes the next folder finds this one's lock free, and ends it. Folders
/// are made, locked and removed only while the runtime folder itself is locked, so that no one sees another's
/// without its lock.
class NbdFolder {
 public:
  /// Ends dead ones' servers first. Throws Error(environment).
  NbdFolder();
  ~NbdFolder();
  NbdFolder(const NbdFolder&) = delete;
  NbdFolder& operator=(const NbdFolder&) = delete;

  std::filesystem::path socket() const { return folder_->path() / "s"; }
  std::filesystem::path pid() const { return folder_->path() / "pid"; }

 private:
  std::filesystem::path home_;
  std::unique_ptr<FileLock> lock_;
  std::optional<TempDir> folder_;
};

/// Ends the servers below `home` whose starters are dead, and removes their folders. Blocks until they have
/// ended, 20 s each at most.
void end_dead_nbd_servers(const std::filesystem::path& home);

}  // namespace smx::vm
