#include "harness/app/windows_checks.h"

#include <fmt/format.h>
#include <unistd.h>

#include "harness/core/process.h"
#include "vm/hypervisor/uefi_firmware.h"

namespace smx::app {
namespace {

struct Need {
  const char* check;
  std::vector<std::string> things;  ///< programs by name, files by path
  const char* package;              ///< Debian's
  const char* without;              ///< what cannot be done without them
};

const std::vector<Need>& needs() {
  static const std::vector<Need> all = {
      {"Windows disks",
       {"qemu-nbd"},
       "qemu-utils",
       "Windows images cannot be looked into, nor their boot mode switched offline"},
      {"UEFI boot partitions",
       {"mcopy"},
       "mtools",
       "the boot mode of a Windows image that starts by UEFI cannot be switched offline"},
      {"BIOS boot partitions",
       {"ntfscp"},
       "ntfs-3g",
       "the boot mode of a Windows image that starts by BIOS cannot be switched offline"},
      {"UEFI firmware",
       {vm::kUefiCode, vm::kUefiVariables},
       "ovmf",
       "a Windows that starts by UEFI cannot be booted"},
  };
  return all;
}

vm::HostCheck judged(const Need& need, const std::function<bool(const std::string&)>& is_there) {
  for (const auto& thing : need.things)
    if (!is_there(thing))
      return {need.check, false,
              fmt::format("{} is missing: {}; the package {} has it", thing, need.without, need.package), ""};
  return {need.check, true, need.things.front(), ""};
}

}  // namespace

std::vector<vm::HostCheck> windows_checks(const std::function<bool(const std::string&)>& is_there) {
  std::vector<vm::HostCheck> checks;
  for (const auto& need : needs()) checks.push_back(judged(need, is_there));
  return checks;
}

std::vector<vm::HostCheck> windows_checks() {
  return windows_checks([](const std::string& thing) {
    return thing.front() == '/' ? ::access(thing.c_str(), R_OK) == 0 : find_program(thing).has_value();
  });
}

}  // namespace smx::app
