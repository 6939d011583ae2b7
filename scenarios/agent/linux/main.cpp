#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "scenarios/agent/core/agent.h"
#include "scenarios/agent/linux/linux_platform.h"

namespace {

std::string read_stdin() {
  std::string text;
  char chunk[4096];
  while (text.size() <= smx::agent::kRequestLimit) {
    const auto got = ::read(STDIN_FILENO, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(chunk, static_cast<std::size_t>(got));
  }
  return text;
}

bool write_all(int to, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto put = ::write(to, text.data() + at, text.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += static_cast<std::size_t>(put);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  // A child that ends without reading its input, or a controller that is gone, is an error of a write, not
  // our end.
  std::signal(SIGPIPE, SIG_IGN);
  smx::agent::LinuxPlatform platform;
  const auto end =
      smx::agent::run_agent({argv + 1, argv + argc}, read_stdin, smx::agent::scenarios(), platform);
  write_all(STDERR_FILENO, end.err);
  return write_all(STDOUT_FILENO, end.out) ? end.exit_code : smx::agent::kInternalFault;
}
