#include "harness/app/secret_input.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::app {
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

Secret from_variable(const std::string& variable, const std::string& what) {
  const char* value = std::getenv(variable.c_str());
  if (!value)
    throw Error(ErrorKind::usage, "the variable " + variable + ", which holds the " + what + ", is not set");
  return Secret(value);
}

/// The first line.
Secret from_file(const std::string& path) {
  auto text = read_file(path, 4096);
  text.resize(text.find_first_of("\r\n") == std::string::npos ? text.size() : text.find_first_of("\r\n"));
  return Secret(std::move(text));
}

/// systemd's LoadCredential= and SetCredential= put files there, for this service alone.
Secret from_credential(const std::string& name, const std::string& what) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (!folder)
    throw Error(ErrorKind::usage,
                "the " + what + " is the credential " + name +
                    ", and $CREDENTIALS_DIRECTORY is not set; run this as a service with LoadCredential=");
  if (name.find('/') != std::string::npos || name.starts_with('.'))
    throw Error(ErrorKind::usage, "\"" + name + "\" is not a name of a credential");
  return from_file(std::string(folder) + "/" + name);
}

}  // namespace

Secret read_secret(const std::string& reference, const std::string& what, const CancelToken& cancel) {
  if (reference.empty()) return ask(what, cancel);
  if (reference.starts_with("env:")) return from_variable(reference.substr(4), what);
  if (reference.starts_with("file:")) return from_file(reference.substr(5));
  throw Error(ErrorKind::usage, "the " + what + " is given as env:VARIABLE or file:PATH, never as itself");
}

Secret read_secret(const SecretReference& reference, const std::string& what) {
  auto secret = reference.kind == "env"    ? from_variable(reference.name, what)
                : reference.kind == "file" ? from_file(reference.name)
                                           : from_credential(reference.name, what);
  if (secret.empty())
    throw Error(ErrorKind::usage,
                "the " + what + " in " + reference.kind + " " + reference.name + " is empty");
  return secret;
}

}  // namespace smx::app
