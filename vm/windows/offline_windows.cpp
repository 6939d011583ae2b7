#include "vm/windows/offline_windows.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "vm/disk/nbd_device.h"
#include "vm/disk/qcow2_header.h"
#include "vm/windows/inspect.h"
#include "vm/windows/windows_disk.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

void check_image(const fs::path& image, OfflineWindows::Access access) {
  const auto header = read_qcow2_header(image);
  if (header.corrupt)
    throw Error(ErrorKind::usage, image.string() + " is marked as corrupt; see `qemu-img check`");
  if (access == OfflineWindows::Access::write && header.backing.empty())
    throw Error(
        ErrorKind::usage,
        fmt::format("{0} is not an overlay, and golden images are never changed; make one: qemu-img create "
                    "-f qcow2 -F qcow2 -b {0} OVERLAY",
                    image.string()));
}

/// A fault of a disk is reported without the image: this puts the image's name before it.
template <class Action>
auto naming(const fs::path& image, Action action) {
  try {
    return action();
  } catch (const Error& e) {
    if (std::string(e.what()).find(image.string()) != std::string::npos) throw;
    std::throw_with_nested(Error(e.kind(), fmt::format("{}: {}", image.string(), e.what())));
  }
}

NbdDevice::Access nbd_access(OfflineWindows::Access access) {
  return access == OfflineWindows::Access::write ? NbdDevice::Access::write : NbdDevice::Access::read;
}

}  // namespace

struct OfflineWindows::Parts {
  Parts(const fs::path& image, Access access, const CancelToken& cancel)
      : device(image, nbd_access(access), cancel), disk(device, cancel) {}
  NbdDevice device;
  WindowsDisk disk;
};

OfflineWindows::OfflineWindows(const fs::path& image, Access access, const CancelToken& cancel)
    : image_(image) {
  check_image(image, access);
  parts_ = naming(image, [&] { return std::make_unique<Parts>(image, access, cancel); });
}

OfflineWindows::~OfflineWindows() = default;

WindowsInspection OfflineWindows::inspect(const std::vector<std::string>& services) {
  return naming(image_, [&] { return inspect_windows(parts_->disk, image_.string(), services); });
}

Bcd OfflineWindows::store() {
  return Bcd(parts_->disk.read_store(), fmt::format("{} of {}", parts_->disk.store(), image_.string()));
}

BootEntry OfflineWindows::boot_entry() {
  return naming(image_, [&] { return store().entry(); });
}

void OfflineWindows::refuse_hibernated() {
  const auto hibernation = parts_->disk.hibernation();
  if (hibernation == Hibernation::impossible) return;
  const bool fast = wants_fast_startup(parts_->disk, image_.string());
  constexpr auto kWayOut =
      "turn hibernation off in the guest (powercfg /hibernate off), shut it down, and try again";
  if (hibernation == Hibernation::hibernated)
    throw Error(ErrorKind::usage,
                fmt::format("the Windows in {} is hibernated{}, and its next start would look at no "
                            "boot mode; {}",
                            image_.string(), fast ? " (fast startup)" : "", kWayOut));
  if (fast)
    throw Error(
        ErrorKind::usage,
        fmt::format(
            "the Windows in {} has fast startup on: shut down, it hibernates, and its next start would "
            "look at no boot mode; {}",
            image_.string(), kWayOut));
}

bool OfflineWindows::change_boot_entry(const std::function<bool(Bcd&)>& change) {
  return naming(image_, [&] {
    refuse_hibernated();
    auto changed = store();
    if (!change(changed)) return false;
    parts_->disk.boot().replace(parts_->disk.store(), changed.bytes());
    parts_->device.flush();
    return true;
  });
}

bool OfflineWindows::set_mode(BootMode mode) {
  return change_boot_entry([mode](Bcd& store) { return store.set_mode(mode); });
}

std::optional<std::string> OfflineWindows::read_file(const std::string& path, std::uint64_t limit) {
  return naming(image_, [&]() -> std::optional<std::string> {
    const auto file = parts_->disk.windows().find(path);
    if (!file) return {};
    return parts_->disk.windows().read(*file, limit);
  });
}

}  // namespace smx::vm
