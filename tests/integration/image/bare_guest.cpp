#include "tests/integration/image/bare_guest.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "vm/image/overlay.h"
#include "vm/image/reference_images.h"

namespace smx::vm::test {
namespace {

using nlohmann::json;

constexpr int kLimit = 120'000;  // milliseconds; a boot takes three seconds on an idle machine

void wait_readable(int fd, const std::string& what) {
  pollfd entry{fd, POLLIN, 0};
  if (::poll(&entry, 1, kLimit) != 1) throw std::runtime_error("waited in vain for " + what);
}

int listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + " is too long for a socket");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 1) != 0)
    throw std::runtime_error("cannot listen at " + path);
  return fd;
}

Command qemu_command(const MachineSpec& spec, const std::string& folder, bool with_reader) {
  Command command;
  command.argv = {"qemu-system-x86_64",
                  "-nodefaults",
                  "-no-user-config",
                  "-display",
                  "none",
                  "-no-reboot",
                  "-device",
                  "pvpanic",
                  "-action",
                  "panic=exit-failure",
                  "-machine",
                  "q35,accel=tcg",
                  "-cpu",
                  "qemu64,+rdrand",
                  "-bios",
                  "qboot.rom",
                  "-m",
                  std::to_string(spec.memory_mib),
                  "-smp",
                  "1",
                  "-kernel",
                  spec.kernel.string(),
                  "-initrd",
                  spec.initrd.string(),
                  "-append",
                  spec.command_line,
                  "-drive",
                  "if=virtio,format=qcow2,cache=unsafe,file=" + folder + "/overlay.qcow2",
                  "-device",
                  "qemu-xhci,id=usb",
                  "-device",
                  "virtio-serial-pci",
                  "-chardev",
                  "socket,id=agent,path=" + folder + "/agent.sock",
                  "-device",
                  "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
                  "-netdev",
                  "user,id=net",
                  "-device",
                  "virtio-net-pci,netdev=net",
                  "-serial",
                  "file:" + folder + "/console"};
  if (with_reader) command.argv.insert(command.argv.end(), {"-device", "usb-ccid,bus=usb.0"});
  command.time_limit = Milliseconds(2 * kLimit);
  return command;
}

}  // namespace

std::optional<Image> reference_image(std::string& why_not) {
  for (const auto* program : {"apt-get", "qemu-img", "qemu-system-x86_64"})
    if (!find_program(program)) {
      why_not = std::string(program) + " is not installed";
      return std::nullopt;
    }
  CancelToken cancel;
  try {
    return build_reference_image(
               "reference-linux", [](const std::string&) {}, cancel)
        .image;
  } catch (const Error& error) {
    // Only what says that packages cannot be had is a reason to skip; anything else is a fault.
    if (std::string(error.what()).find("(/etc/apt)") == std::string::npos) throw;
    why_not = error.what();
    return std::nullopt;
  }
}

BareGuest::BareGuest(const Image& image, const MachineSpec& spec, bool with_reader)
    : temp_(std::filesystem::temp_directory_path(), "smx-guest-") {
  const auto folder = temp_.path().string();
  create_overlay(image.disk(), folder + "/overlay.qcow2", cancel_);
  listener_ = listen_at(folder + "/agent.sock");
  qemu_ = std::thread([this, command = qemu_command(spec, folder, with_reader)] {
    try {
      const auto result = run_command(command, cancel_);
      if (!result.ok()) trouble_ = "QEMU ended with " + std::to_string(result.exit_code) + ": " + result.err;
    } catch (const Cancelled&) {
      trouble_ = "";  // the end of the test
    } catch (const Error& error) {
      trouble_ = error.what();
    }
    // Whoever waits for QEMU's connection learns that there will be none.
    ::shutdown(listener_, SHUT_RDWR);
  });
}

BareGuest::~BareGuest() {
  cancel_.cancel();
  if (qemu_.joinable()) qemu_.join();
  if (agent_ >= 0) ::close(agent_);
  ::close(listener_);
}

void BareGuest::accept_agent() {
  if (agent_ >= 0) return;
  wait_readable(listener_, "QEMU");
  agent_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (agent_ >= 0) return;
  wait_for_end();
  throw std::runtime_error(trouble_.empty() ? "QEMU did not connect" : trouble_);
}

std::string BareGuest::read_line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    wait_readable(agent_, "the guest agent; the console says: " + console());
    char bytes[4096];
    const auto n = ::read(agent_, bytes, sizeof bytes);
    if (n <= 0) throw std::runtime_error("QEMU has ended; the console says: " + console());
    buffer_.append(bytes, static_cast<std::size_t>(n));
  }
}

void BareGuest::tell(const std::string& command, const json& arguments) {
  accept_agent();
  // Before the guest has opened its end, QEMU keeps this for it: the answer is the event that it has booted.
  const auto text = json{{"execute", command}, {"arguments", arguments}}.dump() + "\n";
  if (::send(agent_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("QEMU has ended; the console says: " + console());
}

json BareGuest::ask(const std::string& command, const json& arguments) {
  tell(command, arguments);
  const auto answer = json::parse(read_line());
  if (!answer.contains("return")) throw std::runtime_error(command + ": " + answer.dump());
  return answer["return"];
}

BareGuest::Result BareGuest::run(const std::vector<std::string>& argv) {
  const auto started = ask(
      "guest-exec",
      {{"path", argv.at(0)}, {"arg", std::vector(argv.begin() + 1, argv.end())}, {"capture-output", true}});
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLimit);
  // The agent has no event for a command's end; each question takes the guest some milliseconds.
  while (std::chrono::steady_clock::now() < end) {
    const auto status = ask("guest-exec-status", {{"pid", started.at("pid")}});
    if (!status.at("exited").get<bool>()) continue;
    return {status.value("exitcode", -1), base64_decode(status.value("out-data", "")),
            base64_decode(status.value("err-data", ""))};
  }
  throw std::runtime_error(argv.at(0) + " does not end in the guest");
}

void BareGuest::wait_for_end() {
  if (qemu_.joinable()) qemu_.join();
  if (!trouble_.empty()) throw std::runtime_error(trouble_);
}

std::string BareGuest::console() {
  const auto file = temp_.path() / "console";
  return std::filesystem::exists(file) ? sanitize_guest_text(read_file(file), 8192) : "";
}

}  // namespace smx::vm::test
