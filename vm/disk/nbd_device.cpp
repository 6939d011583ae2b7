#include "vm/disk/nbd_device.h"

#include <fmt/format.h>
#include <libnbd.h>

#include <algorithm>
#include <charconv>
#include <csignal>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/proc.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "vm/disk/nbd_folder.h"

namespace smx::vm {
namespace {

constexpr Milliseconds kStartLimit{20000};
constexpr int kEndLimit = 20000;                 ///< ms: it may have much to write
constexpr std::size_t kPiece = 2u << 20;         ///< bytes of a request; servers take 32 MiB at most
constexpr auto kAllocation = "base:allocation";  // NBD protocol, "Metadata contexts"
constexpr std::uint32_t kZero = 2;               // NBD_STATE_ZERO

std::vector<std::string> server_command(const std::filesystem::path& image, NbdDevice::Access access,
                                        const NbdFolder& folder) {
  std::vector<std::string> argv = {"qemu-nbd",       "--fork",
                                   "--format=qcow2", "--cache=writeback",
                                   "--socket",       folder.socket().string(),
                                   "--pid-file",     folder.pid().string()};
  if (access == NbdDevice::Access::read) argv.emplace_back("--read-only");
  argv.insert(argv.end(), {"--", image.string()});
  return argv;
}

[[noreturn]] void refuse(const std::string& image, const CommandResult& result) {
  const auto said = sanitize_guest_text(result.err, 500);
  if (said.find("\" lock") != std::string::npos)
    throw Error(ErrorKind::usage, fmt::format("{} is in use: a machine runs from it, or another program "
                                              "changes it; shut that down first",
                                              image));
  throw Error(
      ErrorKind::environment,
      fmt::format("qemu-nbd {} {}: {}", result.timed_out ? "does not open" : "cannot open", image, said));
}

/// The process that qemu-nbd says it is, or nothing when it is another by now.
proc::PidFd server_process(const NbdFolder& folder) {
  const auto text = read_file(folder.pid(), 64);
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  auto process = proc::open_pidfd(pid);
  const auto line = proc::command_line(pid);
  if (std::find(line.begin(), line.end(), folder.pid().string()) == line.end()) return {};
  return process;
}

[[noreturn]] void fail(const std::string& image, const std::string& doing) {
  const char* why = nbd_get_error();
  throw Error(ErrorKind::environment, fmt::format("{} cannot be {}: {}", image, doing,
                                                  sanitize_guest_text(why ? why : "no reason given", 300)));
}

}  // namespace

struct NbdDevice::Server {
  NbdFolder folder;
  proc::PidFd process;
  nbd_handle* handle = nullptr;
  std::uint64_t size = 0;

  ~Server() {
    // Without its only client the server ends by itself; one whose client never came would wait.
    if (handle && nbd_aio_is_ready(handle) == 1)
      nbd_shutdown(handle, 0);
    else
      proc::send_signal(process, SIGTERM);
    if (handle) nbd_close(handle);
    if (process && !proc::wait_for_end(process, kEndLimit)) proc::send_signal(process, SIGKILL);
  }
};

NbdDevice::NbdDevice(const std::filesystem::path& image, Access access, const CancelToken& cancel)
    : image_(image.string()), access_(access), server_(std::make_unique<Server>()) {
  if (!find_program("qemu-nbd"))
    throw Error(ErrorKind::environment, "qemu-nbd is not installed: apt-get install qemu-utils");
  Command command;
  command.argv = server_command(std::filesystem::absolute(image), access, server_->folder);
  command.env = {{"LC_ALL", "C"}};
  command.time_limit = kStartLimit;
  const auto result = run_command(command, cancel);
  if (!result.ok()) refuse(image_, result);
  server_->process = server_process(server_->folder);
  server_->handle = nbd_create();
  if (!server_->handle) fail(image_, "served");
  nbd_add_meta_context(server_->handle, kAllocation);
  if (nbd_connect_unix(server_->handle, server_->folder.socket().c_str()) != 0) fail(image_, "served");
  const auto size = nbd_get_size(server_->handle);
  if (size < 0) fail(image_, "served");
  server_->size = static_cast<std::uint64_t>(size);
}

NbdDevice::~NbdDevice() = default;

std::uint64_t NbdDevice::size() const {
  return server_->size;
}

void NbdDevice::read(std::uint64_t offset, std::span<char> into) {
  check_range(offset, into.size(), size());
  while (!into.empty()) {
    const auto n = std::min(into.size(), kPiece);
    if (nbd_pread(server_->handle, into.data(), n, offset, 0) != 0) fail(image_, "read");
    offset += n;
    into = into.subspan(n);
  }
}

void NbdDevice::write(std::uint64_t offset, std::string_view bytes) {
  if (access_ == Access::read) throw Error(ErrorKind::internal, image_ + " was opened for reading only");
  check_range(offset, bytes.size(), size());
  while (!bytes.empty()) {
    const auto n = std::min(bytes.size(), kPiece);
    if (nbd_pwrite(server_->handle, bytes.data(), n, offset, 0) != 0) fail(image_, "written");
    offset += n;
    bytes.remove_prefix(n);
  }
}

std::uint64_t NbdDevice::zeros(std::uint64_t offset, std::uint64_t length) {
  check_range(offset, length, size());
  if (length == 0 || nbd_can_meta_context(server_->handle, kAllocation) != 1) return 0;
  std::uint64_t found = 0;
  const auto take = [](void* to, const char*, std::uint64_t, std::uint32_t* entries, std::size_t count,
                       int*) -> int {
    auto& zeros = *static_cast<std::uint64_t*>(to);
    for (std::size_t i = 0; i + 1 < count && (entries[i + 1] & kZero); i += 2) zeros += entries[i];
    return 0;
  };
  nbd_extent_callback callback{};
  callback.callback = take;
  callback.user_data = &found;
  // A request's length has 32 bits.
  const auto asked = std::min<std::uint64_t>(length, 1u << 30);
  if (nbd_block_status(server_->handle, asked, offset, callback, 0) != 0) return 0;
  return std::min(found, length);
}

void NbdDevice::flush() {
  if (access_ == Access::write && nbd_flush(server_->handle, 0) != 0) fail(image_, "written to its end");
}

}  // namespace smx::vm
