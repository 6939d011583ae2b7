#include "vm/hypervisor/console_log.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "harness/core/error.h"
#include "vm/hypervisor/embedded_root.h"

namespace smx::vm {

namespace {

constexpr std::size_t kHead = 256u << 10, kTail = 768u << 10;

int listen_on(const std::filesystem::path& path) {
  check_socket_path(path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.string().size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  ::unlink(path.c_str());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, generic, sizeof address) != 0 || ::listen(fd, 1) != 0) {
    const int error = errno;
    if (fd >= 0) ::close(fd);
    throw Error(ErrorKind::environment, fmt::format("cannot listen on {} for the guest's console: {}",
                                                    path.string(), std::generic_category().message(error)));
  }
  return fd;
}

}  // namespace

HeadAndTail::HeadAndTail(std::size_t head, std::size_t tail) : head_limit_(head), tail_limit_(tail) {}

void HeadAndTail::append(std::string_view bytes) {
  total_ += bytes.size();
  const auto first = bytes.substr(0, head_limit_ - head_.size());
  head_ += first;
  bytes.remove_prefix(first.size());
  if (bytes.size() > tail_limit_) bytes.remove_prefix(bytes.size() - tail_limit_);
  const auto filling = bytes.substr(0, tail_limit_ - tail_.size());
  tail_ += filling;
  bytes.remove_prefix(filling.size());
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, tail_limit_ - next_);
    std::copy(piece.begin(), piece.end(), tail_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = (next_ + piece.size()) % tail_limit_;
    bytes.remove_prefix(piece.size());
  }
}

std::uint64_t HeadAndTail::dropped() const {
  return total_ - head_.size() - tail_.size();
}

std::string HeadAndTail::text() const {
  std::string text = head_;
  if (dropped() > 0) text += fmt::format("\n[{} bytes of the console are not kept]\n", dropped());
  text.append(tail_, next_);
  text.append(tail_, 0, next_);
  return text;
}

ConsoleLog::ConsoleLog(std::filesystem::path socket)
    : socket_(std::move(socket)), listener_(listen_on(socket_)), kept_(kHead, kTail) {
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  if (wake_ < 0) {
    const int error = errno;
    ::close(listener_);
    throw Error(ErrorKind::environment, "cannot make an eventfd: " + std::generic_category().message(error));
  }
  thread_ = std::thread([this] { run(); });
}

ConsoleLog::~ConsoleLog() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);  // cannot fail: the counter is 0
  thread_.join();
  if (connection_ >= 0) ::close(connection_);
  ::close(listener_);
  ::close(wake_);
  ::unlink(socket_.c_str());
}

std::string ConsoleLog::text() const {
  read_available();
  std::lock_guard lock(mutex_);
  return kept_.text();
}

void ConsoleLog::read_available() const {
  std::lock_guard lock(mutex_);
  if (connection_ < 0) connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  std::array<char, 16384> buffer{};
  // Bounded: a guest that never stops printing must not block the caller.
  for (std::size_t taken = 0; connection_ >= 0 && taken < kHead + kTail;) {
    const ssize_t got = ::read(connection_, buffer.data(), buffer.size());
    if (got > 0) {
      kept_.append({buffer.data(), static_cast<std::size_t>(got)});
      taken += static_cast<std::size_t>(got);
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else if (got < 0 && errno == EAGAIN) {
      return;
    } else {
      ::close(connection_);
      connection_ = -1;
    }
  }
}

void ConsoleLog::run() {
  for (;;) {
    int connection = -1;
    {
      std::lock_guard lock(mutex_);
      connection = connection_;
    }
    std::array<pollfd, 2> fds{{{wake_, POLLIN, 0}, {connection < 0 ? listener_ : connection, POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) return;
    read_available();
  }
}

}  // namespace smx::vm
