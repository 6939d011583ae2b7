#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "vm/boot/boot_strategy.h"

namespace smx::vm {

/// Edits the boot configuration in an overlay that no machine holds: afterwards its default entry boots into
/// the mode and knows no one-time choice, and a start that failed leads into no recovery menu. Idempotent.
/// Throws Error(environment) with the way out for a disk that must not be edited.
using OfflineModeEdit =
    std::function<void(const std::filesystem::path& overlay, BootMode, const CancelToken&)>;

struct WindowsMachine {
  Hardware hardware;
  unsigned memory_mib = 4096;
  unsigned vcpus = 2;
  ModeSwitch mode_switch = ModeSwitch::offline;
};

/// A prepared Windows image (`image prepare`).
///
///   offline:  edit overlay ── start ── agent ── proof
///   online:   start ── agent ── copy entry, choose it once ── restart ── agent ── proof
///
/// Neither can leave a machine in Safe Mode: the overlay is thrown away with its boot, and the one-time
/// choice is spent by the start that it was made for.
class WindowsBoot : public BootStrategy {
 public:
  WindowsBoot(WindowsMachine machine, OfflineModeEdit edit)
      : machine_(std::move(machine)), edit_(std::move(edit)) {}

  void set_mode(MachineSpec& spec, BootMode mode) const override;
  void prepare_disk(const std::filesystem::path& overlay, BootMode mode,
                    const CancelToken& cancel) const override;
  bool enter_mode(Machine& machine, BootMode mode, Milliseconds limit) const override;
  bool repair_disk(const std::filesystem::path& overlay, BootMode mode,
                   const CancelToken& cancel) const override;
  std::vector<Fact> mode_facts(BootMode asked, const nlohmann::json& facts) const override;
  std::vector<Fact> reader_facts(const std::string& usb_id, const nlohmann::json& facts) const override;
  std::string inventory() const override { return "inventory"; }
  std::string agent_path() const override;

 private:
  WindowsMachine machine_;
  OfflineModeEdit edit_;
};

}  // namespace smx::vm
