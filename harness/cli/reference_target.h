#pragma once

#include <string>

#include "harness/run/target_driver.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/image/image_store.h"

namespace smx::cli {

/// The reference guest as a target: its image, its boot modes, the Linux agent.
class ReferenceTarget : public run::TargetDriver {
 public:
  /// Reads the agent's program. Throws Error(environment) when it is not installed.
  ReferenceTarget(vm::Image image, const CancelToken& cancel);

  const vm::BootStrategy& boot() const override { return boot_; }
  std::string_view agent() const override { return agent_; }
  void create_overlay(const std::filesystem::path& overlay) const override;
  std::map<std::string, std::string> describe() const override;

 private:
  vm::Image image_;
  const CancelToken& cancel_;
  vm::ReferenceLinuxBoot boot_;
  std::string agent_;
};

}  // namespace smx::cli
