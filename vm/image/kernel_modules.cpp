#include "vm/image/kernel_modules.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSignatureMark = "~Module signature appended~\n";
constexpr std::size_t kSignatureHeader = 12;

/// File names use "-" or "_" as their authors liked; the kernel knows "_" only.
std::string kernel_spelling(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::map<std::string, fs::path> find_modules(const fs::path& folder) {
  std::map<std::string, fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".ko") found[kernel_spelling(entry.path().stem())] = entry.path();
  return found;
}

}  // namespace

const std::vector<std::string>& initramfs_module_names() {
  static const std::vector<std::string> names{"usb_common",
                                              "usbcore",
                                              "xhci_hcd",
                                              "xhci_pci",
                                              "pvpanic",
                                              "pvpanic_mmio",
                                              "virtio_ring",
                                              "virtio",
                                              "virtio_pci_modern_dev",
                                              "virtio_pci_legacy_dev",
                                              "virtio_pci",
                                              "virtio_blk",
                                              "crc32c_generic",
                                              "crc16",
                                              "mbcache",
                                              "jbd2",
                                              "ext4"};
  return names;
}

const std::vector<std::string>& disk_module_names() {
  static const std::vector<std::string> names{"virtio_console", "failover", "net_failover", "virtio_net"};
  return names;
}

std::string_view without_signature(std::string_view module) {
  if (!module.ends_with(kSignatureMark)) return module;
  auto rest = module.substr(0, module.size() - kSignatureMark.size());
  if (rest.size() < kSignatureHeader)
    throw Error(ErrorKind::environment, "a kernel module ends inside its signature");
  std::size_t length = 0;
  for (const char c : rest.substr(rest.size() - 4)) length = length << 8 | static_cast<unsigned char>(c);
  rest.remove_suffix(kSignatureHeader);
  if (length > rest.size())
    throw Error(ErrorKind::environment, "a kernel module's signature is longer than the module");
  rest.remove_suffix(length);
  return rest;
}

std::vector<std::string> dependencies_of(std::string_view module) {
  using namespace std::string_view_literals;
  constexpr auto key = "\0depends="sv;
  const auto at = module.find(key);
  if (at == std::string_view::npos) return {};
  auto list = module.substr(at + key.size());
  list = list.substr(0, list.find('\0'));
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (comma > 0) names.push_back(kernel_spelling(std::string(list.substr(0, comma))));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

std::vector<KernelModule> load_kernel_modules(const fs::path& folder, const std::vector<std::string>& names,
                                              const std::vector<std::string>& before) {
  const auto files = find_modules(folder);
  std::set<std::string> loaded(before.begin(), before.end());
  std::vector<KernelModule> modules;
  for (const auto& name : names) {
    const auto file = files.find(name);
    if (file == files.end())
      throw Error(
          ErrorKind::environment,
          fmt::format("the kernel package has no module \"{}\"; the reference guest needs the kernel of "
                      "Debian 12 (linux-image-amd64)",
                      name));
    const auto bytes = read_file(file->second);
    for (const auto& needed : dependencies_of(bytes))
      if (!loaded.contains(needed))
        throw Error(
            ErrorKind::environment,
            fmt::format("the kernel module \"{}\" needs \"{}\", which the reference guest does not load "
                        "before it; this kernel is not the one of Debian 12",
                        name, needed));
    loaded.insert(name);
    modules.push_back({name, std::string(without_signature(bytes))});
  }
  return modules;
}

}  // namespace smx::vm
