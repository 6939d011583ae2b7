#include "tests/system/nested/nested_host.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/image/image_builder.h"
#include "vm/image/kernel_modules.h"
#include "vm/image/overlay.h"

namespace smx::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kName = "nested-host";
constexpr const char* kPrefix = "/opt/safemode-matrix";
constexpr int kCannotBeRun = 127;  // the dynamic linker's and the shell's

/// What the program needs to run (scripts/lib.sh), with the libraries that it is linked with.
const std::vector<std::string> kPackages{"busybox-static",
                                         "libccid",
                                         "libcpp-httplib0.11",
                                         "libctemplate3",
                                         "libfmt9",
                                         "libgssapi-krb5-2",
                                         "libhivex0",
                                         "libnbd0",
                                         "libp11-3",
                                         "libpcsclite1",
                                         "libpng16-16",
                                         "libpugixml1v5",
                                         "libsqlite3-0",
                                         "libssl3",
                                         "libstdc++6",
                                         "libvirt-daemon-driver-qemu",
                                         "libvirt0",
                                         "pcscd",
                                         "qemu-guest-agent",
                                         "qemu-system-x86",
                                         "qemu-utils"};

/// Of a hypervisor's host, beside what every guest has.
std::vector<std::string> disk_modules() {
  auto names = vm::disk_module_names();
  names.insert(names.end(), {"irqbypass", "ccp", "kvm", "kvm_amd", "kvm_intel"});
  return names;
}

void say(const std::string& line) {
  std::cerr << "nested host: " << line << "\n";
}

/// What goes onto the disk: this directory's files, the program as it is installed, the reference guest.
void stage(const fs::path& folder) {
  fs::copy(SMX_NESTED_GUEST, folder, fs::copy_options::recursive);
  Command install;
  install.argv = {SMX_CMAKE, "--install", SMX_BUILD, "--strip", "--prefix", folder.string() + kPrefix};
  if (const auto done = run_command(install); !done.ok())
    throw Error(ErrorKind::environment, "the program cannot be installed into the nested host: " +
                                            sanitize_guest_text(done.err, 300));
  const auto guest = vm::ImageStore(cache_home() / "images").newest("reference-linux");
  const auto images = folder / "var/cache/safemode-matrix/images/reference-linux";
  fs::create_directories(images);
  fs::copy(guest.folder, images / guest.manifest.key, fs::copy_options::recursive);
}

vm::Image build_image(const CancelToken& cancel) {
  const TempDir staged(fs::temp_directory_path(), "smx-nested-");
  const auto root = staged.path() / "root";
  stage(root);
  const vm::ImageStore store(SMX_NESTED_IMAGES);
  const auto built = vm::build_image(
      store,
      {.name = kName,
       .packages = kPackages,
       .not_needed = {"iso-codes"},
       .disk_modules = disk_modules(),
       .disk_mib = 1024,
       .additions = root},
      {.packages = cache_home() / "apt", .progress = say},
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()), cancel);
  // Every build of the program makes another image; only the last one is of use.
  for (const auto& image : store.list())
    if (image.manifest.key != built.image.manifest.key) store.remove(kName, image.manifest.key);
  return built.image;
}

vm::MachineSpec machine(const vm::Image& image, const fs::path& folder, const CancelToken& cancel) {
  vm::MachineSpec spec;
  spec.name = "smx-nested-host";
  spec.run_token = "nested-host";
  spec.memory_mib = 2048;
  spec.vcpus = 1;  // with two, a start of QEMU in it has hung (docs/usb-passthrough.md)
  spec.nested = true;
  vm::ReferenceLinuxBoot(image).set_mode(spec, BootMode::normal);
  spec.disk = folder / "overlay.qcow2";
  vm::create_overlay(image.disk(), spec.disk, cancel);
  return spec;
}

}  // namespace

NestedHost::NestedHost(vm::CardDevice& card)
    : reader_(card, folder_.path() / "card.sock"),
      console_(folder_.path() / "tty"),
      hypervisor_({"qemu:///embed", vm::Acceleration::automatic, "nested-host", {}, {}}) {
  auto spec = machine(build_image(cancel_), folder_.path(), cancel_);
  spec.card_socket = reader_.socket();
  spec.console_socket = console_.socket();
  const auto started = std::chrono::steady_clock::now();
  machine_ = hypervisor_.start(spec, cancel_);
  if (!machine_->wait_for_agent(2min))
    throw Error(ErrorKind::guest, "the nested host's agent does not answer; its console: " +
                                      sanitize_guest_text(console_.text(), 2000));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  say(fmt::format("its agent answered after {:.1f} s", took.count()));
}

NestedHost::~NestedHost() = default;

void NestedHost::begin(const std::vector<std::string>& arguments) {
  // In the background, so that the channel is free meanwhile.
  std::vector<std::string> argv{"/bin/sh",
                                "-c",
                                R"(rm -f /run/end
("$@" >/run/out 2>/run/err; echo $? >/run/code; mv /run/code /run/end) </dev/null >/dev/null 2>&1 &)",
                                "sh",
                                "env",
                                "HOME=/root",
                                "XDG_CACHE_HOME=/var/cache",
                                "XDG_STATE_HOME=/var/lib",
                                "SMX_RUNTIME_DIR=/run/smx",
                                "NO_COLOR=1",
                                std::string(kPrefix) + "/bin/safemode-matrix"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto result = machine_->channel().execute({.argv = argv, .input = ""});
  if (result.end != vm::GuestResult::End::exited || result.code != 0)
    throw Error(ErrorKind::guest, "safemode-matrix cannot be started in the nested host: " +
                                      sanitize_guest_text(result.err, 300));
}

vm::GuestResult NestedHost::end(Milliseconds limit) {
  auto& channel = machine_->channel();
  const auto waited = channel.execute({.argv = {"/bin/sh", "-c", "while [ ! -e /run/end ]; do sleep 1; done"},
                                       .input = "",
                                       .time_limit = limit});
  constexpr std::size_t kMost = 1u << 20;
  const auto err = channel.get_file("/run/err", kMost, nullptr);
  if (waited.end != vm::GuestResult::End::exited)
    throw Error(ErrorKind::guest,
                fmt::format("safemode-matrix was not done within {} s in the nested host; it said: {}",
                            limit.count() / 1000, sanitize_guest_text(err, 2000)));
  const int code = std::stoi(channel.get_file("/run/end", 16, nullptr));
  if (code == kCannotBeRun)
    throw Error(ErrorKind::guest,
                "safemode-matrix does not start in the nested host (is a library missing from "
                "its packages?): " +
                    sanitize_guest_text(err, 300));
  return {.code = code, .out = channel.get_file("/run/out", kMost, nullptr), .err = err};
}

std::string NestedHost::shell(const std::string& line) {
  const auto result =
      machine_->channel().execute({.argv = {"/bin/sh", "-c", line}, .input = "", .time_limit = 2min});
  if (result.end != vm::GuestResult::End::exited || result.code != 0)
    throw Error(ErrorKind::guest,
                fmt::format("`{}` fails in the nested host: {}", line, sanitize_guest_text(result.err, 300)));
  return result.out;
}

void NestedHost::put_file(const std::string& path, const std::string& bytes) {
  machine_->channel().put_file(path, bytes, 0600);
}

nlohmann::json NestedHost::report() {
  auto path = shell("ls -d /var/lib/safemode-matrix/runs/*/report.json | tail -n 1");
  while (!path.empty() && path.back() == '\n') path.pop_back();
  return nlohmann::json::parse(machine_->channel().get_file(path, 8u << 20, nullptr));
}

void NestedHost::unplug() {
  shell("cd /sys/bus/pci/drivers/xhci_hcd && echo 0000:* >/run/usb && cat /run/usb >unbind");
}

void NestedHost::plug_in() {
  shell("cat /run/usb >/sys/bus/pci/drivers/xhci_hcd/bind");
  shell(". /etc/services.d/pcscd && . /usr/lib/svc.sh && await 1000 reader_on_bus");
}

std::string NestedHost::acceleration() {
  return shell("[ ! -e /dev/kvm ] || echo kvm").empty() ? "tcg" : "kvm";
}

}  // namespace smx::test
