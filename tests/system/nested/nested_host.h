#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/files.h"
#include "harness/core/time_types.h"
#include "vm/card/transport/vsc_server.h"
#include "vm/hypervisor/console_log.h"
#include "vm/hypervisor/libvirt_hypervisor.h"

namespace smx::test {

/// A host for the program in a machine, because it has what the real one may lack: a USB reader. It is the
/// reference guest's kernel and init with libvirt, QEMU, the installed program and the reference guest's
/// image; its reader is QEMU's emulated one, which to it is a device like any other.
///
///   this test ── card ── VscServer ──unix socket── QEMU: usb-ccid 08e6:4433
///                                                    │ USB
///                                  nested host: xhci, usbfs, libvirt, safemode-matrix, QEMU: usb-host
///                                                                                        │ USB
///                                                          reference guest: pcscd, OpenSC, the agent
class NestedHost {
 public:
  /// Boots it, with `card` in its reader; builds its image first when the program has changed. `card`
  /// outlives this. Throws Error, saying what could not be done.
  explicit NestedHost(vm::CardDevice& card);
  ~NestedHost();

  /// Starts safemode-matrix there; one at a time.
  void begin(const std::vector<std::string>& arguments);
  /// Waits for its end. Throws Error(guest) when it is not done within `limit`.
  vm::GuestResult end(Milliseconds limit = std::chrono::minutes(2));
  vm::GuestResult program(const std::vector<std::string>& arguments) {
    begin(arguments);
    return end();
  }
  /// Runs a line of shell there. Throws Error(guest) when it fails.
  std::string shell(const std::string& line);
  void put_file(const std::string& path, const std::string& bytes);
  /// report.json of the run that was begun last. Throws Error(guest) when there is none.
  nlohmann::json report();
  /// "kvm" or "tcg": what its machines can be run with.
  std::string acceleration();
  /// Takes the reader from its bus and puts it back, by way of the USB controller's driver: QEMU's reader
  /// knows no unplugging (of ReaderRemove it makes an empty slot).
  void unplug();
  void plug_in();
  std::string console() const { return console_.text(); }

 private:
  const TempDir folder_{"/tmp", "smx-n"};  // short: sockets go below it
  const CancelToken cancel_;
  vm::VscServer reader_;
  vm::ConsoleLog console_;
  vm::LibvirtHypervisor hypervisor_;
  std::unique_ptr<vm::Machine> machine_;
};

}  // namespace smx::test
