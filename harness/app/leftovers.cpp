#include "harness/app/leftovers.h"

#include "harness/core/error.h"

namespace smx::app {

namespace fs = std::filesystem;

SocketsFolder::SocketsFolder(const fs::path& home, const std::string& run_id)
    : home_(home), path_(home / ("s-" + run_id)) {
  const auto alone = FileLock::wait_for(home_);
  std::error_code error;
  fs::create_directories(path_, error);
  if (error)
    throw Error(ErrorKind::environment, path_.string() + " cannot be made: " + error.message() +
                                            "; set SMX_RUNTIME_DIR to a short folder of yours");
  lock_ = FileLock::try_take(path_ / "lock");
  if (!lock_)
    throw Error(ErrorKind::environment, "another controller of the run " + run_id +
                                            " has not ended yet: it holds " + path_.string() +
                                            "; try again when it has");
}

SocketsFolder::~SocketsFolder() {
  try {
    const auto alone = FileLock::wait_for(home_);
    std::error_code ignored;  // a destructor cannot report it
    fs::remove_all(path_, ignored);
  } catch (const Error&) {
    // What stays is removed by the next run.
  }
}

void remove_dead_sockets(const fs::path& home) {
  const auto alone = FileLock::wait_for(home);
  std::error_code error;  // what cannot be removed stays; a run does not depend on it
  for (const auto& entry : fs::directory_iterator(home, error))
    if (entry.path().filename().string().starts_with("s-") && FileLock::try_take(entry.path() / "lock"))
      fs::remove_all(entry.path(), error);
}

void remove_dead_work(const journal::RunStore& runs) {
  std::error_code error;  // likewise
  for (const auto& id : runs.list()) {
    const auto work = runs.folder(id) / "work";
    if (!fs::exists(work, error)) continue;
    if (const auto held = FileLock::try_take(runs.folder(id) / "lock")) fs::remove_all(work, error);
  }
}

}  // namespace smx::app
