#include "vm/disk/nbd_folder.h"

#include <algorithm>
#include <csignal>

#include "harness/core/error.h"
#include "harness/core/proc.h"

namespace smx::vm {

namespace fs = std::filesystem;

namespace {

constexpr auto kPrefix = "n-";
constexpr int kServerEndLimit = 10000;  ///< ms, then it is killed: nothing is ever written through it

// By the arguments and not by what the file says: a server that is about to start has not written it yet.
bool is_server_of(const fs::path& folder, pid_t pid) {
  const auto line = proc::command_line(pid);
  return std::find(line.begin(), line.end(), (folder / "pid").string()) != line.end();
}

void end_servers_of(const fs::path& folder) {
  for (const auto pid : proc::all()) {
    if (!is_server_of(folder, pid)) continue;
    const auto process = proc::open_pidfd(pid);
    // The number may be another's by now.
    if (!process || !is_server_of(folder, pid)) continue;
    proc::send_signal(process, SIGTERM);
    if (proc::wait_for_end(process, kServerEndLimit)) continue;
    proc::send_signal(process, SIGKILL);
    proc::wait_for_end(process, kServerEndLimit);
  }
}

/// `home` is locked.
void end_dead(const fs::path& home) {
  std::error_code error;  // what cannot be removed stays, and is found again
  for (const auto& entry : fs::directory_iterator(home, error)) {
    if (!entry.is_directory(error) || !entry.path().filename().string().starts_with(kPrefix)) continue;
    if (!FileLock::try_take(entry.path() / "lock")) continue;
    end_servers_of(entry.path());
    fs::remove_all(entry.path(), error);
  }
}

}  // namespace

NbdFolder::NbdFolder() : home_(runtime_home()) {
  const auto alone = FileLock::wait_for(home_);
  end_dead(home_);
  folder_.emplace(home_, kPrefix);
  lock_ = FileLock::try_take(folder_->path() / "lock");
}

NbdFolder::~NbdFolder() {
  try {
    const auto alone = FileLock::wait_for(home_);
    folder_.reset();
  } catch (const Error&) {
    // What stays is removed by the next process.
  }
}

void end_dead_nbd_servers(const fs::path& home) {
  const auto alone = FileLock::wait_for(home);
  end_dead(home);
}

}  // namespace smx::vm
