#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/core/files.h"
#include "harness/journal/run_store.h"

// What controllers put on the disk for the time of a run, and what dead ones left of it.
//
//   <runtime home>/s-<run id>/   sockets; short, because a socket's path may have 107 characters
//     lock                       held (flock) for as long as the run's controller lives
//   <run's folder>/work/         overlays; belongs to the process that holds the run's own lock
//
// Folders of sockets are made, locked and removed only while the runtime home itself is locked, so that no
// controller sees another's without its lock.

namespace smx::app {

/// The sockets' folder of one run, made by the constructor and removed by the destructor.
class SocketsFolder {
 public:
  /// `home` is there. Throws Error(environment) when another controller holds the run's folder, or it cannot
  /// be made. Waits for controllers that are cleaning up.
  SocketsFolder(const std::filesystem::path& home, const std::string& run_id);
  ~SocketsFolder();
  SocketsFolder(const SocketsFolder&) = delete;
  SocketsFolder& operator=(const SocketsFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path home_, path_;
  std::unique_ptr<FileLock> lock_;
};

/// Removes the sockets' folders below `home` whose controllers are dead.
void remove_dead_sockets(const std::filesystem::path& home);

/// Removes the overlays of the runs that no process holds, each while holding it.
void remove_dead_work(const journal::RunStore& runs);

}  // namespace smx::app
