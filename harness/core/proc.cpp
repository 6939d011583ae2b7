#include "harness/core/proc.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace smx::proc {

namespace {

// Files in /proc have no size: read until the end.
std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<pid_t> to_pid(const std::string& text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc() || end != text.data() + text.size() || pid <= 0) return std::nullopt;
  return pid;
}

std::vector<pid_t> numbered_entries(const std::filesystem::path& folder) {
  std::vector<pid_t> pids;
  std::error_code gone;  // a process can end while its folder is read
  for (std::filesystem::directory_iterator it(folder, gone), end; !gone && it != end; it.increment(gone))
    if (const auto pid = to_pid(it->path().filename().string())) pids.push_back(*pid);
  return pids;
}

}  // namespace

PidFd::~PidFd() {
  if (fd_ >= 0) ::close(fd_);
}

std::optional<Stat> stat(pid_t pid) {
  const std::string text = slurp("/proc/" + std::to_string(pid) + "/stat");
  // The program's name, in parentheses, may itself hold spaces and parentheses.
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 1));
  Stat result;
  pid_t group = 0;
  if (!(rest >> result.state >> result.parent >> group >> result.session)) return std::nullopt;
  return result;
}

std::vector<std::string> command_line(pid_t pid) {
  std::istringstream text(slurp("/proc/" + std::to_string(pid) + "/cmdline"));
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(text, argument, '\0');) arguments.push_back(argument);
  return arguments;
}

std::vector<pid_t> children() {
  std::vector<pid_t> pids;
  if (::access("/proc/thread-self/children", R_OK) != 0) {  // a kernel without CONFIG_PROC_CHILDREN
    for (const pid_t pid : all())
      if (const auto s = stat(pid); s && s->parent == ::getpid()) pids.push_back(pid);
    return pids;
  }
  for (const pid_t thread : numbered_entries("/proc/self/task")) {
    std::istringstream text(slurp("/proc/self/task/" + std::to_string(thread) + "/children"));
    for (pid_t pid = 0; text >> pid;) pids.push_back(pid);
  }
  return pids;
}

std::vector<pid_t> all() {
  return numbered_entries("/proc");
}

PidFd open_pidfd(pid_t pid) {
  const long fd = ::syscall(SYS_pidfd_open, pid, 0U);
  if (fd < 0) return {};
  return PidFd(static_cast<int>(fd));  // close-on-exec by definition
}

bool send_signal(const PidFd& process, int signal) {
  return ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0U) == 0;
}

bool wait_for_end(const PidFd& process, int milliseconds) {
  pollfd fd{process.get(), POLLIN, 0};
  int rc = 0;
  do {
    rc = ::poll(&fd, 1, milliseconds);
  } while (rc < 0 && errno == EINTR);
  return rc == 1;
}

}  // namespace smx::proc
