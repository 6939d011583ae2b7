#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/types.h"
#include "vm/boot/boot_strategy.h"

namespace smx::vm {

struct Image;

/// Where an image's kernel and initramfs are.
struct KernelFiles {
  std::filesystem::path kernel, initrd;
};

/// The reference guest: the mode is a word on its kernel's command line, and the agent's facts prove it.
class ReferenceLinuxBoot : public BootStrategy {
 public:
  explicit ReferenceLinuxBoot(KernelFiles files) : files_(std::move(files)) {}
  explicit ReferenceLinuxBoot(const Image& image);

  /// Fills `kernel`, `initrd` and `command_line`. Throws Error(usage) for safe-command-prompt.
  void set_mode(MachineSpec& spec, BootMode mode) const override;
  std::vector<Fact> mode_facts(BootMode asked, const nlohmann::json& facts) const override;
  std::vector<Fact> reader_facts(const std::string& usb_id, const nlohmann::json& facts) const override;
  std::string agent_path() const override { return "/usr/local/bin/agent"; }

 private:
  KernelFiles files_;
};

}  // namespace smx::vm
