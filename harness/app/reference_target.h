#pragma once

#include <memory>
#include <string>

#include "harness/run/target_driver.h"
#include "vm/image/image_store.h"

namespace smx::app {

/// A reference guest as a target: its image, its boot modes, the agent for its system.
class ReferenceTarget : public run::TargetDriver {
 public:
  /// Reads the agent's program. Throws Error(environment) when it is not installed, Error(internal) for a
  /// `kind` that is not a reference guest.
  ReferenceTarget(TargetKind kind, vm::Image image, const CancelToken& cancel);

  const vm::BootStrategy& boot() const override { return *boot_; }
  std::string_view agent() const override { return agent_; }
  void create_overlay(const std::filesystem::path& overlay) const override;
  std::map<std::string, std::string> describe() const override;

 private:
  vm::Image image_;
  const CancelToken& cancel_;
  std::unique_ptr<vm::BootStrategy> boot_;
  std::string agent_;
};

}  // namespace smx::app
