#include "harness/cli/secret_input.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::cli {
namespace {

/// The terminal without echo for as long as this lives.
class Quiet {
 public:
  explicit Quiet(int fd) : fd_(fd) {
    ::tcgetattr(fd_, &before_);
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd_, TCSAFLUSH, &quiet);
  }
  ~Quiet() { ::tcsetattr(fd_, TCSAFLUSH, &before_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  int fd_;
  termios before_{};
};

/// Waits for a character and appends it; false at the end of the line, and when `wake` is readable.
bool read_char(int tty, int wake, std::string& line) {
  std::array<pollfd, 2> fds{{{tty, POLLIN, 0}, {wake, POLLIN, 0}}};
  if (::poll(fds.data(), fds.size(), -1) < 0) return errno == EINTR;
  if (fds[1].revents != 0) return false;
  char c = 0;
  if (::read(tty, &c, 1) != 1 || c == '\n') return false;
  line.push_back(c);
  return true;
}

Secret ask(const std::string& what, const CancelToken& cancel) {
  const int tty = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0)
    throw Error(ErrorKind::usage,
                "the " + what +
                    " is needed and there is no terminal to ask on; give it as env:VARIABLE or file:PATH");
  const auto say = [tty](const std::string& text) { (void)!::write(tty, text.data(), text.size()); };
  std::string line;
  {
    const Quiet quiet(tty);
    say(what + ": ");
    // A signal thread sees Ctrl-C, not this read: the token's pipe wakes the wait.
    std::array<int, 2> wake{};
    if (::pipe2(wake.data(), O_CLOEXEC) != 0)
      throw Error(ErrorKind::environment, "no pipe can be had to wait for the " + what);
    {
      const CancelCallback waker(cancel, [&] { (void)!::write(wake[1], "", 1); });
      while (read_char(tty, wake[0], line)) {
      }
    }
    ::close(wake[0]);
    ::close(wake[1]);
  }
  say("\n");
  ::close(tty);
  cancel.check();
  return Secret(std::move(line));
}

}  // namespace

Secret read_secret(const std::string& reference, const std::string& what, const CancelToken& cancel) {
  if (reference.empty()) return ask(what, cancel);
  if (reference.starts_with("env:")) {
    const char* value = std::getenv(reference.c_str() + 4);
    if (!value)
      throw Error(ErrorKind::usage,
                  "the variable " + reference.substr(4) + ", which holds the " + what + ", is not set");
    return Secret(value);
  }
  if (reference.starts_with("file:")) {
    auto text = read_file(reference.substr(5), 4096);
    text.resize(text.find_first_of("\r\n") == std::string::npos ? text.size() : text.find_first_of("\r\n"));
    return Secret(std::move(text));
  }
  throw Error(ErrorKind::usage, "the " + what + " is given as env:VARIABLE or file:PATH, never as itself");
}

}  // namespace smx::cli
