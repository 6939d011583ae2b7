#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace smx::vm {

/// The beginning and the end of an endless stream: the first `head` bytes and the last `tail`.
class HeadAndTail {
 public:
  HeadAndTail(std::size_t head, std::size_t tail);
  void append(std::string_view bytes);
  /// The kept bytes, with a line that counts what is missing between them.
  std::string text() const;
  std::uint64_t dropped() const;

 private:
  std::size_t head_limit_, tail_limit_;
  std::string head_, tail_;  // tail_ is a ring once it is full
  std::size_t next_ = 0;     // where the ring's next byte goes
  std::uint64_t total_ = 0;
};

/// Listens on a Unix socket for a guest's serial port, which QEMU connects when the machine starts, and keeps
/// what it prints: the first 256 KiB and the last 768 KiB. It always reads, so it never blocks QEMU.
/// Thread-safe.
class ConsoleLog {
 public:
  /// Makes the socket (replacing one that is there). Throws Error(environment), also for a path that is too
  /// long.
  explicit ConsoleLog(std::filesystem::path socket);
  ~ConsoleLog();  ///< removes the socket
  ConsoleLog(const ConsoleLog&) = delete;
  ConsoleLog& operator=(const ConsoleLog&) = delete;

  /// Everything that was sent until now. Raw guest bytes: untrusted.
  std::string text() const;
  const std::filesystem::path& socket() const { return socket_; }

 private:
  void run();
  void read_available() const;

  const std::filesystem::path socket_;
  int listener_ = -1, wake_ = -1;
  // `text` reads too, so that it does not miss what the thread has not come to yet.
  mutable std::mutex mutex_;
  mutable int connection_ = -1;  // QEMU's; -1: none
  mutable HeadAndTail kept_;
  std::thread thread_;
};

}  // namespace smx::vm
