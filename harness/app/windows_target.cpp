#include "harness/app/windows_target.h"

#include "harness/app/windows_tools.h"
#include "harness/core/files.h"
#include "vm/image/overlay.h"

namespace smx::app {

namespace fs = std::filesystem;

namespace {

vm::WindowsBoot strategy(vm::WindowsMachine machine, ModeSwitch how) {
  machine.mode_switch = how;
  return {std::move(machine), offline_mode_edit()};
}

}  // namespace

WindowsTarget::WindowsTarget(const Target& target, fs::path layer,
                             std::function<vm::Hypervisor&()> hypervisor,
                             std::function<std::unique_ptr<vm::ReaderSession>()> reader,
                             Milliseconds boot_limit, const CancelToken& cancel)
    : image_(fs::absolute(target.image)),
      layer_(std::move(layer)),
      manifest_(prepare::load_windows_manifest(image_)),
      settings_{target.drivers, target.smart_card_plug_and_play, manifest_.inspection.version},
      settings_key_(prepare::settings_key(settings_)),
      hypervisor_(std::move(hypervisor)),
      reader_(std::move(reader)),
      boot_limit_(boot_limit),
      cancel_(cancel),
      agent_(windows_agent(manifest_.inspection)),
      boot_(strategy(manifest_.machine, target.mode_switch)) {}

void WindowsTarget::create_overlay(const fs::path& overlay) const {
  if (settings_.nothing()) return vm::create_overlay(image_, overlay, cancel_);
  const std::lock_guard lock(mutex_);
  std::error_code error;
  if (!fs::exists(layer_, error)) make_layer();
  vm::create_overlay(layer_, overlay, cancel_);
}

// It gets its name when it is whole, so that a resumed run or the next group does not stand on half of one.
void WindowsTarget::make_layer() const {
  fs::create_directories(layer_.parent_path());
  const fs::path part = layer_.string() + ".part";
  std::error_code error;
  fs::remove(part, error);
  vm::create_overlay(image_, part, cancel_);
  vm::MachineSpec spec;
  spec.name = "smx-layer-" + layer_.stem().string();
  spec.run_token = "layer";
  spec.disk = part;
  boot_.set_mode(spec, BootMode::normal);
  const auto reader = reader_();
  reader->attach_to(spec);
  prepare::Maintenance with{hypervisor_(), boot_, agent_, cancel_};
  with.boot_limit = boot_limit_;
  prepare::change_guest(settings_, with, spec, evidence_files_);
  fs::permissions(part, fs::perms(0444));
  fs::rename(part, layer_);
}

std::map<std::string, std::string> WindowsTarget::evidence_files() const {
  const std::lock_guard lock(mutex_);
  return evidence_files_;
}

std::map<std::string, std::string> WindowsTarget::describe() const {
  std::map<std::string, std::string> facts{
      {"image", image_.string() + " sha256:" + manifest_.disk_sha256},
      {"windows", manifest_.inspection.product + " " + manifest_.inspection.version},
      {"agent", "sha256:" + sha256_hex(agent_)}};
  if (!settings_key_.empty()) facts["drivers"] = "sha256:" + settings_key_;
  return facts;
}

}  // namespace smx::app
