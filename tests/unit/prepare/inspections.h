#pragma once

#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"

namespace smx::prepare::test {

/// A stock Windows with the guest agent, before it is prepared.
inline WindowsInspection stock() {
  WindowsInspection w;
  w.firmware = "uefi";
  w.product = "Windows 10 Pro";
  w.version = "10.0.19045.3803";
  w.boot.loader = "{9a1b2c3d-0000-11ee-8000-525400000001}";
  w.boot.mode = BootMode::normal;
  w.boot.mode_words = "normal";
  w.network = {{"SCardSvr", "Service"}, {"Netlogon", "Service"}};
  w.minimal = {{"Netlogon", "Service"}};
  w.services = {{"QEMU-GA", 2u, 0x10u, "", "qemu-ga.exe"}, {"SCardSvr", 3u, 0x20u, "", "svchost.exe"}};
  w.fast_startup = true;
  return w;
}

/// The same, prepared.
inline WindowsInspection prepared() {
  auto w = stock();
  w.network.push_back({"QEMU-GA", "Service"});
  w.minimal.push_back({"QEMU-GA", "Service"});
  w.boot.ignore_all_failures = true;
  w.boot.recovery_enabled = false;
  w.fast_startup = false;
  w.password_changes_off = true;
  return w;
}

}  // namespace smx::prepare::test
