#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/core/time_types.h"
#include "harness/prepare/driver_layer.h"
#include "harness/prepare/windows_manifest.h"
#include "harness/run/target_driver.h"
#include "vm/boot/windows_boot.h"
#include "vm/reader/reader_session.h"

namespace smx::app {

/// A prepared Windows image as a target. Where the matrix names drivers or the Plug and Play policy, they are
/// put into an overlay of the image once a run, in normal mode, and every boot's overlay stands on that one:
///
///   stock image <- prepared overlay <- layer of this run <- overlay of one boot
class WindowsTarget : public run::TargetDriver {
 public:
  /// `layer`: where the run's layer is made when it needs one; its folder need not exist. `hypervisor` and
  /// `reader` are called when the layer is made: drivers are installed in a guest that has the reader which
  /// they are for, because Windows tells of no device that is not there. Throws Error(usage) for an image
  /// that is not prepared or drivers that cannot be read, Error(environment) when the agent is not installed.
  WindowsTarget(const Target& target, std::filesystem::path layer,
                std::function<vm::Hypervisor&()> hypervisor,
                std::function<std::unique_ptr<vm::ReaderSession>()> reader, Milliseconds boot_limit,
                const CancelToken& cancel);

  const vm::BootStrategy& boot() const override { return boot_; }
  std::string_view agent() const override { return agent_; }
  void create_overlay(const std::filesystem::path& overlay) const override;
  std::map<std::string, std::string> evidence_files() const override;
  bool lacks_tls13() const override { return inspection().lacks_tls13(); }
  std::map<std::string, std::string> describe() const override;
  const WindowsInspection& inspection() const { return manifest_.inspection; }

 private:
  void make_layer() const;

  std::filesystem::path image_, layer_;
  prepare::WindowsManifest manifest_;
  prepare::GuestSettings settings_;
  std::string settings_key_;
  std::function<vm::Hypervisor&()> hypervisor_;
  std::function<std::unique_ptr<vm::ReaderSession>()> reader_;
  Milliseconds boot_limit_;
  const CancelToken& cancel_;
  std::string agent_;
  vm::WindowsBoot boot_;
  mutable std::mutex mutex_;  // of the layer, which the first group makes
  mutable prepare::LayerEvidence evidence_files_;
};

}  // namespace smx::app
