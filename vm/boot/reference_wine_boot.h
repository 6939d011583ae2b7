#pragma once

#include <string>
#include <vector>

#include "harness/core/types.h"
#include "vm/boot/boot_strategy.h"
#include "vm/boot/reference_linux_boot.h"

namespace smx::vm {

/// The guest with Wine (docs/reference-wine.md): it has normal mode only, and runs the agent for Windows.
class ReferenceWineBoot : public BootStrategy {
 public:
  explicit ReferenceWineBoot(KernelFiles files) : files_(std::move(files)) {}
  explicit ReferenceWineBoot(const Image& image);

  /// Fills `kernel`, `initrd`, `command_line` and the memory that Wine needs. Throws Error(usage) for every
  /// mode but normal.
  void set_mode(MachineSpec& spec, BootMode mode) const override;
  std::vector<Fact> mode_facts(BootMode asked, const nlohmann::json& facts) const override;
  std::vector<Fact> reader_facts(const std::string& usb_id, const nlohmann::json& facts) const override;
  std::string inventory() const override { return "inventory"; }
  std::string agent_path() const override { return "/usr/local/bin/agent.exe"; }
  std::vector<std::string> agent_command() const override;

 private:
  KernelFiles files_;
};

}  // namespace smx::vm
