#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

// What this host's kernel says of its processes.

namespace smx::proc {

/// A file descriptor that means one process for as long as it is open, or nothing.
class PidFd {
 public:
  PidFd() = default;
  explicit PidFd(int fd) : fd_(fd) {}
  PidFd(PidFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  PidFd& operator=(PidFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~PidFd();
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Stat {
  pid_t parent = 0, session = 0;
  char state = '?';  ///< 'Z' is a zombie
};

/// Nothing when there is no such process.
std::optional<Stat> stat(pid_t pid);
/// The arguments; empty for a zombie, a kernel thread, or no such process.
std::vector<std::string> command_line(pid_t pid);
/// This process's children, adopted ones and zombies included.
std::vector<pid_t> children();
/// Every process that this user can see.
std::vector<pid_t> all();

/// Empty when there is no such process.
PidFd open_pidfd(pid_t pid);
/// False when the process is gone or belongs to another user.
bool send_signal(const PidFd& process, int signal);
/// Blocks until the process has ended; false when it has not within `milliseconds`.
bool wait_for_end(const PidFd& process, int milliseconds);

}  // namespace smx::proc
