#include "vm/hypervisor/host_checks.h"

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "vm/hypervisor/embedded_root.h"

namespace smx::vm {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMiB = 1u << 20;
constexpr std::uint64_t kDiskWanted = 2048 * kMiB;   // an image's build and a night of runs
constexpr std::uint64_t kMemoryWanted = 768 * kMiB;  // one guest of 384 MiB, QEMU's own and the controller

HostCheck check(std::string name, bool ok, std::string message, std::string way_out) {
  return {std::move(name), ok, std::move(message), ok ? "" : std::move(way_out)};
}

std::string path_or(const std::optional<fs::path>& path, const char* missing) {
  return path ? path->string() : missing;
}

std::optional<fs::path> find_driver() {
  // libvirt's own variable comes before its built-in folder.
  if (const char* folder = std::getenv("LIBVIRT_DRIVER_DIR")) {
    const fs::path driver = fs::path(folder) / "libvirt_driver_qemu.so";
    return ::access(driver.c_str(), R_OK) == 0 ? std::optional(driver) : std::nullopt;
  }
  // Debian and Ubuntu, Fedora, Arch.
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"}) {
    const fs::path driver = fs::path(folder) / "libvirt/connection-driver/libvirt_driver_qemu.so";
    if (::access(driver.c_str(), R_OK) == 0) return driver;
  }
  return std::nullopt;
}

std::string version_of(const fs::path& emulator) {
  Command command;
  command.argv = {emulator.string(), "--version"};
  command.time_limit = Milliseconds(10000);
  const CommandResult result = run_command(command);
  // "QEMU emulator version 7.2.22 (Debian …)"
  std::istringstream words(result.out);
  std::string word, version;
  while (words >> word && word != "version") continue;
  words >> version;
  return version;
}

std::string library_version() {
  unsigned long version = 0;
  if (virGetVersion(&version, nullptr, nullptr) != 0) return "";
  return fmt::format("{}.{}.{}", version / 1000000, version / 1000 % 1000, version % 1000);
}

// The nearest folder that is there already.
fs::path existing(fs::path folder) {
  std::error_code error;
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

// Not sysinfo's "free": the page cache is given back when memory is wanted.
std::uint64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  std::uint64_t kib = 0;
  for (std::string unit; file >> key >> kib; std::getline(file, unit))
    if (key == "MemAvailable:") return kib * 1024;
  return 0;
}

std::string runtime_trouble(const fs::path& folder) {
  try {
    check_runtime_folder_length(folder);
  } catch (const Error& error) {
    return error.what();
  }
  const fs::path there = existing(folder);
  if (::access(there.c_str(), W_OK | X_OK) != 0) return there.string() + " cannot be written by this user";
  return "";
}

}  // namespace

HostFacts gather_host_facts(const fs::path& runtime_folder, const fs::path& cache_folder) {
  HostFacts facts;
  facts.root = ::geteuid() == 0;
  facts.libvirt_qemu_user = ::getpwnam("libvirt-qemu") != nullptr;
  facts.driver = find_driver();
  facts.libvirt_version = library_version();
  facts.emulator = find_program("qemu-system-x86_64");
  facts.qemu_img = find_program("qemu-img");
  if (facts.emulator) {
    facts.emulator_version = version_of(*facts.emulator);
    facts.kvm = prove_kvm(*facts.emulator, cache_folder);
  }
  facts.runtime_folder = runtime_folder;
  facts.runtime_trouble = runtime_trouble(runtime_folder);
  facts.disk_folder = existing(cache_folder);
  facts.free_disk = fs::space(facts.disk_folder).available;
  facts.free_memory = available_memory();
  return facts;
}

std::vector<HostCheck> judge_host(const HostFacts& facts) {
  std::vector<HostCheck> checks;
  checks.push_back(check("libvirt's QEMU driver", facts.driver.has_value(),
                         facts.driver
                             ? fmt::format("libvirt {}, {}", facts.libvirt_version, facts.driver->string())
                             : "not installed",
                         "apt-get install libvirt-daemon-driver-qemu"));
  checks.push_back(check("QEMU", facts.emulator.has_value(),
                         facts.emulator
                             ? fmt::format("{} {}", facts.emulator->string(), facts.emulator_version)
                             : "qemu-system-x86_64 is not installed",
                         "apt-get install qemu-system-x86"));
  checks.push_back(check("qemu-img", facts.qemu_img.has_value(), path_or(facts.qemu_img, "not installed"),
                         "apt-get install qemu-utils"));
  // Only as root does libvirt look this user up, and it refuses to start without it.
  checks.push_back(
      check("user for libvirt", !facts.root || facts.libvirt_qemu_user,
            facts.root ? (facts.libvirt_qemu_user ? "root, and libvirt-qemu exists"
                                                  : "as root libvirt wants a user libvirt-qemu")
                       : "an ordinary user",
            "adduser --system --group --no-create-home libvirt-qemu, or run as an ordinary user"));
  // Slower without KVM, not wrong: no trouble.
  if (facts.kvm)
    checks.push_back(
        {"KVM", true,
         facts.kvm->works ? "proven: " + facts.kvm->why : "not used (TCG instead): " + facts.kvm->why, ""});
  checks.push_back(
      check("runtime folder", facts.runtime_trouble.empty(),
            facts.runtime_trouble.empty() ? facts.runtime_folder.string() : facts.runtime_trouble,
            "set SMX_RUNTIME_DIR to a short folder of yours such as /tmp/smx"));
  checks.push_back(check("disk space", facts.free_disk >= kDiskWanted,
                         fmt::format("{} MiB free in {}", facts.free_disk / kMiB, facts.disk_folder.string()),
                         fmt::format("free some: {} MiB are wanted", kDiskWanted / kMiB)));
  checks.push_back(check("memory", facts.free_memory >= kMemoryWanted,
                         fmt::format("{} MiB free", facts.free_memory / kMiB),
                         fmt::format("free some: {} MiB are wanted for one machine", kMemoryWanted / kMiB)));
  return checks;
}

}  // namespace smx::vm
