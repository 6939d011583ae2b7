#include "vm/hypervisor/embedded_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/std.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <random>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::vm {

namespace fs = std::filesystem;

namespace {

// The longest that libvirt 9 makes: a machine's name is cut at 20 characters, its number counts its starts.
constexpr const char* kLongestSocket =
    "r-XXXXXX/lib/qemu/channel/target/domain-9999-12345678901234567890/org.qemu.guest_agent.0";
constexpr std::size_t kSocketLimit = sizeof(sockaddr_un::sun_path) - 1;  // 107 and a NUL

[[noreturn]] void fail(const std::string& what, const fs::path& path, int error) {
  throw Error(ErrorKind::environment,
              fmt::format("cannot {} {}: {}; set SMX_RUNTIME_DIR to a folder of yours on a disk with space",
                          what, path.string(), std::generic_category().message(error)));
}

std::string random_name() {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device source;
  std::string name;
  for (int i = 0; i < 6; ++i) name += letters[source() % letters.size()];
  return name;
}

// Made under another name and moved into place, so that a folder called r-… always has a locked owner file
// while its controller lives.
fs::path make_folder(const fs::path& parent, int& owner) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string name = random_name();
    const fs::path made = parent / ("n-" + name), final = parent / ("r-" + name);
    if (::mkdir(made.c_str(), 0700) != 0) {
      if (errno == EEXIST) continue;
      fail("make the folder", made, errno);
    }
    owner = ::open((made / "owner").c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (owner < 0) fail("make the file", made / "owner", errno);
    if (::flock(owner, LOCK_EX | LOCK_NB) != 0) fail("lock the file", made / "owner", errno);
    if (::rename(made.c_str(), final.c_str()) == 0) return final;
    const int error = errno;
    ::close(owner);
    std::error_code ignored;  // the error below is the one that matters
    fs::remove_all(made, ignored);
    if (error != EEXIST && error != ENOTEMPTY) fail("make the folder", final, error);
  }
  throw Error(ErrorKind::environment, "cannot find a free name for a folder in " + parent.string());
}

void make_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) fail("make the folder", path, error.value());
}

}  // namespace

const EmbeddedRoot& EmbeddedRoot::of_this_process(const fs::path& runtime_folder, const fs::path& cache,
                                                  const std::string& run_token) {
  static std::mutex mutex;
  static std::unique_ptr<EmbeddedRoot> root;
  std::lock_guard lock(mutex);
  if (!root) root = std::make_unique<EmbeddedRoot>(runtime_folder, cache);
  root->set_token(run_token);
  return *root;
}

EmbeddedRoot::EmbeddedRoot(const fs::path& runtime_folder, const fs::path& cache) {
  check_runtime_folder_length(runtime_folder);
  make_directories(runtime_folder);
  make_directories(cache);
  path_ = make_folder(runtime_folder, owner_);
  make_directories(path_ / "etc");
  write_file_atomically(path_ / "etc" / "qemu.conf", qemu_conf(::geteuid() == 0), 0600);
  std::error_code error;
  fs::create_directory_symlink(fs::absolute(cache), path_ / "cache", error);
  if (error) fail("make the link", path_ / "cache", error.value());
}

EmbeddedRoot::~EmbeddedRoot() {
  std::error_code ignored;  // what stays is removed by the next run's end_leftovers
  fs::remove_all(path_, ignored);
  ::close(owner_);
}

void EmbeddedRoot::set_token(const std::string& run_token) const {
  const auto size = static_cast<ssize_t>(run_token.size());
  if (::ftruncate(owner_, 0) != 0 || ::pwrite(owner_, run_token.data(), run_token.size(), 0) != size)
    fail("write the file", path_ / "owner", errno);
}

void check_socket_path(const fs::path& socket) {
  const std::size_t length = socket.string().size();
  if (length > kSocketLimit)
    throw Error(
        ErrorKind::environment,
        fmt::format("socket path too long ({} of at most {} characters): {}; set SMX_RUNTIME_DIR to a "
                    "shorter folder such as /tmp/smx",
                    length, kSocketLimit, socket.string()));
}

void check_runtime_folder_length(const fs::path& runtime_folder) {
  check_socket_path(fs::absolute(runtime_folder) / kLongestSocket);
}

std::string qemu_conf(bool as_root) {
  std::string text = "security_driver = \"none\"\nstdio_handler = \"file\"\n";
  // Run as root, libvirt would run QEMU as another user, who may not read this run's files and not use
  // /dev/kvm; libvirt then probes QEMU again at every start, which takes more than a minute.
  if (as_root) text += "user = \"+0\"\ngroup = \"+0\"\nremember_owner = 0\n";
  // As root it would also give each QEMU a mount namespace of its own, which the kernel refuses in a chroot,
  // where the root folder is not a mount point. The machines are throw-away, and run as this user anyway.
  if (as_root) text += "namespaces = []\n";
  return text;
}

}  // namespace smx::vm
