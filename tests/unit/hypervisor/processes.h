#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

// Processes for tests. They end when the test's process does: each reads a pipe that only it holds open.

namespace smx::test {

class Pipe {
 public:
  Pipe() {
    if (::pipe(fds_) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    ::close(fds_[0]);
    ::close(fds_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int reader() const { return fds_[0]; }
  int writer() const { return fds_[1]; }

 private:
  int fds_[2]{-1, -1};
};

/// In a child: blocks until the pipe's last writer is gone.
[[noreturn]] inline void wait_until_closed(const Pipe& pipe) {
  ::close(pipe.writer());
  char byte = 0;
  while (::read(pipe.reader(), &byte, 1) > 0) continue;
  ::_exit(0);
}

/// A daemon as libvirt makes one: child, setsid, grandchild, the child ends. The grandchild's pid.
inline pid_t start_daemon(const std::function<void()>& body) {
  Pipe answer;
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    const pid_t daemon = ::fork();
    if (daemon == 0) {
      body();
      ::_exit(0);
    }
    [[maybe_unused]] const auto n = ::write(answer.writer(), &daemon, sizeof daemon);
    ::_exit(0);
  }
  pid_t daemon = -1;
  EXPECT_EQ(::read(answer.reader(), &daemon, sizeof daemon), static_cast<ssize_t>(sizeof daemon));
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  return daemon;
}

/// Whether it becomes true within ten seconds.
inline bool eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

inline bool exists(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

}  // namespace smx::test
