#pragma once

#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"
#include "scenarios/prediction/rows.h"

namespace smx::test {

/// A Windows 10 as it is installed: everything is there, and SafeBoot lists what the real hives list.
inline WindowsInspection sample_windows() {
  WindowsInspection windows;
  windows.firmware = "uefi";
  windows.version = "10.0.19045.3803";
  windows.boot = {"{733b62e5-f608-11eb-825c-c112f60133ab}",
                  "\\Windows\\system32\\winload.efi",
                  BootMode::normal,
                  "normal",
                  false,
                  {}};
  for (const auto* name :
       {"CryptSvc", "KeyIso", "Netlogon", "AppInfo", "PlugPlay", "DeviceInstall", "WudfRd"}) {
    windows.network.push_back({name, "Service"});
    windows.minimal.push_back({name, "Service"});
  }
  windows.network.push_back({"SCardSvr", "Service"});
  windows.network.push_back({"{50DD5230-BA8A-11D1-BF5D-0000F805F530}", "Smart card readers"});
  windows.network.push_back({"LanmanWorkstation", "Service"});
  windows.network.push_back({"PNP Filter", "Driver Group"});
  for (const auto& name : services_of_interest())
    if (name != "QEMU-GA" && name != "WudfSvc") windows.services.push_back({name, 3u, 0x20u, "", ""});
  return windows;
}

}  // namespace smx::test
