#include "vm/windows/inspect.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "vm/registry/bcd.h"
#include "vm/registry/software_hive.h"
#include "vm/registry/system_hive.h"

namespace smx::vm {
namespace {

Hive open_hive(WindowsDisk& disk, const char* path, const std::string& image) {
  const auto file = disk.windows().find(path);
  if (!file)
    throw Error(ErrorKind::usage, fmt::format("{} has no {}; is the installation whole?", image, path));
  return Hive(disk.windows().read(*file, Hive::kLargest), fmt::format("{} of {}", path, image),
              Hive::Access::read, UnfinishedHive::read);
}

void warn_of_unfinished(const Hive& hive, WindowsInspection& found) {
  if (!hive.header().finished())
    found.warnings.push_back(hive.name() +
                             " was not written to its end: its logs may hold newer values than "
                             "those shown");
}

void read_system(const Hive& hive, const std::vector<std::string>& services, WindowsInspection& found) {
  const SystemHive system(hive);
  found.network = system.safe_boot("Network");
  found.minimal = system.safe_boot("Minimal");
  found.services = system.services(services);
  found.architecture = system.architecture();
  found.password_changes_off = system.password_changes_off();
  found.fast_startup = system.fast_startup();
  warn_of_unfinished(hive, found);
}

void read_software(const Hive& hive, WindowsInspection& found) {
  const SoftwareHive software(hive);
  found.product = software.product();
  found.edition = software.edition();
  found.installation = software.installation();
  found.version = software.version();
  found.cards = software.cards();
  found.plug_and_play = software.plug_and_play();
  found.propagation = software.propagation();
  warn_of_unfinished(hive, found);
}

void add_warnings(WindowsDisk& disk, WindowsInspection& found) {
  const auto* reader_service = found.service("SCardSvr");
  if (!reader_service)
    found.warnings.emplace_back("the service SCardSvr is not installed: no row can pass in any mode");
  else if (reader_service->disabled())
    found.warnings.emplace_back(
        "SCardSvr is disabled (Start=4): no row can pass until a reader is installed in "
        "normal mode, or the service is set to start on demand");
  if (!found.prepared())
    found.warnings.emplace_back(
        "QEMU-GA is not under SafeBoot\\Network and SafeBoot\\Minimal: the guest agent does "
        "not start in Safe Mode; prepare the image first");
  if (!found.password_changes_off)
    found.warnings.emplace_back(
        "the machine account's password changes by itself (DisablePasswordChange is not 1): "
        "an overlay that goes back in time loses its domain");
  if (found.hibernated)
    found.warnings.emplace_back("Windows is hibernated: its next start looks at no boot mode");
  if (disk.windows().dirty() || !disk.windows().log_is_clean())
    found.warnings.emplace_back(
        "the Windows volume was not unmounted: what is shown may be older than what Windows "
        "knows");
}

}  // namespace

bool wants_fast_startup(WindowsDisk& disk, const std::string& image) {
  const auto hive = open_hive(disk, WindowsDisk::kSystem, image);
  return SystemHive(hive).fast_startup();
}

WindowsInspection inspect_windows(WindowsDisk& disk, const std::string& image,
                                  const std::vector<std::string>& services) {
  WindowsInspection found;
  found.firmware = disk.uefi() ? "uefi" : "bios";
  found.boot = Bcd(disk.read_store(), fmt::format("{} of {}", disk.store(), image)).entry();
  read_system(open_hive(disk, WindowsDisk::kSystem, image), services, found);
  read_software(open_hive(disk, WindowsDisk::kSoftware, image), found);
  const auto hibernation = disk.hibernation();
  found.fast_startup = found.fast_startup && hibernation != Hibernation::impossible;
  found.hibernated = hibernation == Hibernation::hibernated;
  add_warnings(disk, found);
  return found;
}

}  // namespace smx::vm
