#include "tests/integration/card/pcscd_sandbox.h"

#include <PCSC/winscard.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/core/unique_fd.h"
#include "vm/card/transport/vpcd_client.h"

namespace smx::vm {
namespace {

constexpr auto kLimit = std::chrono::seconds(20);
constexpr const char* kDriver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

std::string failed(const std::string& what) {
  return fmt::format("{}: {}", what, std::strerror(errno));
}

void write_text(const char* path, const std::string& text) {
  const UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
  [[maybe_unused]] const auto n = ::write(fd.get(), text.data(), text.size());
}

/// New namespaces as root, or as an ordinary user inside a user namespace.
bool unshare_all() {
  // No PID namespace: a process that has one for its children can start no thread any more.
  constexpr int kNamespaces = CLONE_NEWNS | CLONE_NEWNET;
  if (::unshare(kNamespaces) == 0) return true;
  const auto uid = ::getuid();
  const auto gid = ::getgid();
  if (::unshare(CLONE_NEWUSER | kNamespaces) != 0) return false;
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", fmt::format("0 {} 1", uid));
  write_text("/proc/self/gid_map", fmt::format("0 {} 1", gid));
  return true;
}

bool loopback_up() {
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return fd && ::ioctl(fd.get(), SIOCSIFFLAGS, &request) == 0;
}

bool vpcd_listens() {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kVpcdPort);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool pcscd_answers() {
  SCARDCONTEXT context = 0;
  if (::SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context) != SCARD_S_SUCCESS)
    return false;
  ::SCardReleaseContext(context);
  return true;
}

/// Asks until the answer is yes; neither daemon nor driver has an event that tells of it.
template <typename Ask>
void wait_until(Ask ask, const std::string& what) {
  const auto end = std::chrono::steady_clock::now() + kLimit;
  while (!ask()) {
    if (std::chrono::steady_clock::now() > end) throw Error(ErrorKind::environment, what);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

/// Blocks until pcscd says that the first reader holds a card, or holds none.
void wait_for_card(bool present) {
  SCARDCONTEXT context = 0;
  if (::SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context) != SCARD_S_SUCCESS) {
    throw Error(ErrorKind::environment, "the private pcscd does not answer");
  }
  SCARD_READERSTATE state{};
  state.szReader = "Virtual PCD 00 00";
  state.dwCurrentState = SCARD_STATE_UNAWARE;
  const auto end = std::chrono::steady_clock::now() + kLimit;
  const DWORD wanted = present ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY;
  LONG result = SCARD_S_SUCCESS;
  while ((state.dwEventState & wanted) == 0 && std::chrono::steady_clock::now() < end) {
    result = ::SCardGetStatusChange(context, 1000, &state, 1);
    state.dwCurrentState = state.dwEventState;
  }
  ::SCardReleaseContext(context);
  if ((state.dwEventState & wanted) == 0) {
    throw Error(ErrorKind::environment,
                fmt::format("the private pcscd does not see the card (PC/SC result {:x}, state {:x})",
                            static_cast<unsigned long>(result), state.dwEventState));
  }
}

}  // namespace

std::string PcscdSandbox::enter() {
  if (!find_program("pcscd")) return "pcscd is not installed (Debian: pcscd)";
  if (!std::filesystem::exists(kDriver))
    return "the virtual reader is not installed (Debian: vsmartcard-vpcd)";
  if (!unshare_all()) return failed("namespaces are not allowed here");
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return failed("mounts cannot be made private");
  std::error_code ignored;  // the mount says what is wrong
  std::filesystem::create_directories("/run/pcscd", ignored);
  if (::mount("tmpfs", "/run/pcscd", "tmpfs", 0, "mode=0755") != 0) return failed("no tmpfs on /run/pcscd");
  if (!loopback_up()) return failed("the private loopback does not come up");
  return {};
}

PcscdSandbox::PcscdSandbox() {
  const auto program = find_program("pcscd").value().string();
  pid_ = ::fork();
  if (pid_ < 0) throw Error(ErrorKind::environment, failed("no process for pcscd"));
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) ::dup2(null, fd);
    ::execl(program.c_str(), "pcscd", "--foreground", nullptr);
    ::_exit(127);
  }
  wait_until(vpcd_listens, "the private pcscd did not open its virtual reader");
  // The daemon opens its readers first and its socket afterwards.
  wait_until(pcscd_answers, "the private pcscd does not answer");
}

PcscdSandbox::~PcscdSandbox() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

CardInHostReader::CardInHostReader(CardDevice& card) {
  thread_ = std::thread([this, &card] { serve_vpcd(card, "127.0.0.1", kVpcdPort, stop_); });
  try {
    wait_for_card(true);
  } catch (...) {
    stop_.cancel();
    thread_.join();
    throw;
  }
}

CardInHostReader::~CardInHostReader() {
  stop_.cancel();
  thread_.join();
}

}  // namespace smx::vm
