#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/proc.h"
#include "vm/hypervisor/embedded_root.h"

namespace smx::vm {

namespace fs = std::filesystem;

namespace {

constexpr int kEndLimit = 10000;  // milliseconds that a killed process may take to go

/// Whether a root's controller is gone: its owner file can be locked, and stays so while this lives. A root
/// appears under its name with the file in it, so one without is what a removal left.
class FreeRoot {
 public:
  explicit FreeRoot(const fs::path& root) : fd_(::open((root / "owner").c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ >= 0) {
      free_ = ::flock(fd_, LOCK_EX | LOCK_NB) == 0;
    } else {
      remains_ = free_ = errno == ENOENT;
    }
  }
  ~FreeRoot() {
    if (fd_ >= 0) ::close(fd_);
  }
  FreeRoot(const FreeRoot&) = delete;
  FreeRoot& operator=(const FreeRoot&) = delete;
  explicit operator bool() const { return free_; }
  /// Without an owner file its owner is not known.
  bool remains() const { return remains_; }

 private:
  int fd_;
  bool free_ = false, remains_ = false;
};

bool is_qemu(const std::vector<std::string>& arguments) {
  return !arguments.empty() && fs::path(arguments.front()).filename().string().starts_with("qemu-");
}

// QEMU's arguments name its monitor socket, which lies in its root. No other process names it.
bool names_root(const std::vector<std::string>& arguments, const fs::path& root) {
  const std::string needle = root.string() + "/";
  return std::any_of(arguments.begin(), arguments.end(),
                     [&](const auto& argument) { return argument.find(needle) != std::string::npos; });
}

// libvirt writes: -name guest=NAME,debug-threads=on
std::string machine_name(const std::vector<std::string>& arguments) {
  const auto option = std::find(arguments.begin(), arguments.end(), "-name");
  if (option == arguments.end() || option + 1 == arguments.end()) return "";
  const std::string& value = *(option + 1);
  const std::size_t begin = value.starts_with("guest=") ? 6 : 0;
  return value.substr(begin, value.find(',', begin) - begin);
}

void end_process(const proc::PidFd& process, pid_t pid) {
  if (!proc::send_signal(process, SIGKILL) && errno != ESRCH)
    throw Error(ErrorKind::environment,
                "cannot end the QEMU process " + std::to_string(pid) + " that a dead run left: " +
                    std::generic_category().message(errno) + "; run as the user who started it");
  if (!proc::wait_for_end(process, kEndLimit))
    throw Error(ErrorKind::environment,
                "the QEMU process " + std::to_string(pid) +
                    " that a dead run left does not end; the host's kernel log may say why");
}

// The pidfd is opened before the arguments are read: what they say is true of the process that it means.
std::vector<std::string> end_processes_of(const fs::path& root) {
  std::vector<std::string> names;
  for (const pid_t pid : proc::all()) {
    const auto process = proc::open_pidfd(pid);
    if (!process) continue;
    const auto arguments = proc::command_line(pid);
    if (!is_qemu(arguments) || !names_root(arguments, root)) continue;
    end_process(process, pid);
    if (auto name = machine_name(arguments); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

bool is_ours(const fs::path& folder) {
  struct stat info {};
  return ::lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

}  // namespace

std::vector<std::string> end_dead_roots(const fs::path& runtime_folder,
                                        const std::function<bool(const std::string&)>& is_dead) {
  std::vector<std::string> names;
  std::error_code missing;  // no folder: nothing was ever left
  for (const auto& entry : fs::directory_iterator(runtime_folder, missing)) {
    const fs::path root = entry.path();
    if (!root.filename().string().starts_with("r-") || !is_ours(root)) continue;
    const FreeRoot free(root);
    if (!free || (!free.remains() && !is_dead(read_file(root / "owner", 4096)))) continue;
    auto ended = end_processes_of(root);
    names.insert(names.end(), ended.begin(), ended.end());
    std::error_code error;
    fs::remove_all(root, error);
    if (error) throw Error(ErrorKind::environment, "cannot remove " + root.string() + ": " + error.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace smx::vm
