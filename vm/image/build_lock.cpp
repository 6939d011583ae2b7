#include "vm/image/build_lock.h"

#include <chrono>
#include <thread>

#include "harness/core/error.h"

namespace smx::vm {

std::unique_ptr<FileLock> wait_for_other_builds(const std::filesystem::path& file, const Progress& progress,
                                                const CancelToken& cancel) {
  bool said = false;
  // A blocking flock cannot be ended by a cancellation on another thread, so it is asked for again and again.
  while (true) {
    if (auto lock = FileLock::try_take(file)) return lock;
    if (cancel.cancelled()) throw Cancelled();
    if (!said) progress("waiting for another build to end");
    said = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace smx::vm
