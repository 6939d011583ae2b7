#include "harness/cli/secret_input.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

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

Secret ask(const std::string& what) {
  const int tty = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0)
    throw Error(ErrorKind::usage,
                "the " + what +
                    " is needed and there is no terminal to ask on; give it as env:VARIABLE or file:PATH");
  const auto say = [tty](const std::string& text) { (void)!::write(tty, text.data(), text.size()); };
  say(what + ": ");
  std::string line;
  {
    const Quiet quiet(tty);
    for (char c = 0; ::read(tty, &c, 1) == 1 && c != '\n';) line.push_back(c);
  }
  say("\n");
  ::close(tty);
  return Secret(std::move(line));
}

}  // namespace

Secret read_secret(const std::string& reference, const std::string& what) {
  if (reference.empty()) return ask(what);
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
