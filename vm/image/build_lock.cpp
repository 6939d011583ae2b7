#include "vm/image/build_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error(ErrorKind::environment,
              file.string() + " cannot be locked: " + std::generic_category().message(errno));
}

}  // namespace

BuildLock::BuildLock(const std::filesystem::path& file, const Progress& progress, const CancelToken& cancel)
    : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (fd_ < 0) refuse(file);
  bool said = false;
  // A blocking flock cannot be ended by a cancellation on another thread, so it is asked for again and again.
  while (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      const int kept = errno;
      ::close(fd_);
      errno = kept;
      refuse(file);
    }
    if (cancel.cancelled()) {
      ::close(fd_);
      throw Cancelled();
    }
    if (!said) progress("waiting for another build to end");
    said = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

BuildLock::~BuildLock() {
  ::close(fd_);
}

}  // namespace smx::vm
