#include "scenarios/agent/linux/private_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

[[noreturn]] void cannot_use_folder(const std::string& what) {
  throw StepFailure(CheckOutcome::blocked, "system-trouble", what + ": " + std::strerror(errno));
}

}  // namespace

PrivateFolder::PrivateFolder(const std::string& run) : path_(run + "/smx-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) cannot_use_folder("cannot make a folder in " + run);
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;  // a destructor cannot report it; the guest's memory goes with its machine
  std::filesystem::remove_all(path_, ignored);
}

std::string PrivateFolder::file(std::string_view name, std::string_view text) const {
  const auto path = path_ + "/" + std::string(name);
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) cannot_use_folder("cannot write " + path);
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) != 0 || !written) cannot_use_folder("cannot write " + path);
  return path;
}

}  // namespace smx::agent
