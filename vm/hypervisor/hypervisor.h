#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/core/cancel.h"
#include "harness/core/keyboard.h"
#include "harness/core/time_types.h"
#include "vm/guest/guest_channel.h"

namespace smx::vm {

/// What is kept of a picture of a screen: a photograph behind a few windows is 2 MiB as a PNG.
inline constexpr std::size_t kMostPictureBytes = 8u << 20;

/// A USB device of this host, by the address that it has until it is unplugged.
struct HostUsbDevice {
  unsigned bus = 0, device = 0;
};

/// What a machine is made of, where systems differ in what they have drivers for. The defaults suit the
/// reference guests.
struct Hardware {
  enum class Firmware { bios, uefi };
  Firmware firmware = Firmware::bios;
  std::string disk = "virtio";     ///< "virtio" or "sata"
  std::string network = "virtio";  ///< "virtio" or "e1000e"
  std::string usb = "qemu-xhci";   ///< "qemu-xhci" or "piix3-uhci": Windows 7 brings no driver for the former
  bool display = false;            ///< a screen that can be looked at, and with it a keyboard
  bool restarts = false;           ///< a restart asked for inside starts it again; else it ends the machine
  bool local_time = false;  ///< its clock is set to this host's local time, as Windows expects; else UTC
  bool operator==(const Hardware&) const = default;
};

/// A machine to be started. Paths are absolute and on this host.
struct MachineSpec {
  /// Unique on the hypervisor, and of one start: what ended is remembered a moment longer.
  /// "smx-<run>-<group number>-<boot>", then "-again"
  std::string name;
  std::string run_token;  ///< the run's id, written into the domain's metadata: leftovers are found by it
  unsigned memory_mib = 384;
  unsigned vcpus = 1;
  /// it starts machines of its own: its processor has virtualization, emulated if need be
  bool nested = false;
  std::filesystem::path kernel, initrd;  ///< direct kernel boot; empty: the disk's own boot loader
  std::string command_line;              ///< for `kernel`
  Hardware hardware = {};
  std::filesystem::path nvram = {};   ///< UEFI's variables, made by the start when absent; empty: no UEFI
  std::filesystem::path disk;         ///< a qcow2 overlay, written to
  std::filesystem::path card_socket;  ///< a virtual reader whose card listens here already; empty: no reader
  std::optional<HostUsbDevice> usb_device;  ///< given to the guest; there is no virtual reader then
  /// the first serial port connects here, where a process listens already
  std::filesystem::path console_socket;
  bool network = true;  ///< user-mode network: the guest reaches this host's loopback at 10.0.2.2
};

enum class MachineState {
  running,
  paused,   ///< the hypervisor stopped its processor: an error of the host's disk, no space on it
  crashed,  ///< its kernel panicked, or the hypervisor's process died
  stopped,  ///< it was ended, or ended itself
};

/// A running machine. The destructor ends it. Thread-safe for `end`; otherwise one caller at a time.
class Machine {
 public:
  virtual ~Machine() = default;
  /// Blocks until the guest's agent answers (true), `limit` passes or the machine ends (false). No polling.
  /// Throws Cancelled.
  virtual bool wait_for_agent(Milliseconds limit) = 0;
  /// Blocks until the guest's agent has gone away, as it does when the guest shuts down or restarts (true);
  /// false when `limit` passes first. An end of the machine counts too. No polling. Throws Cancelled.
  virtual bool wait_for_agent_to_leave(Milliseconds limit) = 0;
  /// Blocks until the machine has ended (true) or `limit` has passed (false). No polling. Throws Cancelled.
  virtual bool wait_for_end(Milliseconds limit) = 0;
  virtual GuestChannel& channel() = 0;
  virtual MachineState state() = 0;
  /// Plugs the guest's network cable in, or pulls it: its link goes up or down. Throws Error(guest) once it
  /// has ended, Error(environment) when the hypervisor refuses or the machine has no network.
  virtual void set_network(bool connected) = 0;
  /// What its screen shows, as a PNG of at most 8192 × 8192 pixels. Untrusted: evidence, never a decision.
  /// Throws Error(guest) once it has ended, Error(environment) when it has no display or the hypervisor
  /// refuses.
  virtual std::string screenshot() = 0;
  /// Presses and releases each chord, in order (virDomainSendKey). Throws as `screenshot`.
  virtual void press(const std::vector<KeyChord>& chords) = 0;
  /// The live domain's XML as the hypervisor has it (not what was asked for). Throws Error(guest) once it has
  /// ended.
  virtual std::string live_xml() = 0;
  /// Ends the machine at once, like pulling the plug. Idempotent; returns when its process is gone.
  virtual void end() noexcept = 0;
};

/// What runs machines. Thread-safe. One implementation over libvirt, one in memory for tests.
class Hypervisor {
 public:
  virtual ~Hypervisor() = default;
  /// "libvirt", "qemu", "acceleration", "uri": for the run's record.
  virtual std::map<std::string, std::string> describe() = 0;
  /// Throws Error(environment) with the way out when the machine cannot be started, Cancelled.
  virtual std::unique_ptr<Machine> start(const MachineSpec& spec, const CancelToken& cancel) = 0;
  /// Ends machines of runs for which `is_dead(run token)` holds and removes what they left; returns their
  /// names.
  virtual std::vector<std::string> end_leftovers(const std::function<bool(const std::string&)>& is_dead) = 0;
};

}  // namespace smx::vm
