#include "vm/boot/windows_boot.h"

#include "harness/core/error.h"
#include "vm/boot/bcdedit.h"
#include "vm/boot/windows_facts.h"

namespace smx::vm {

using std::chrono::steady_clock;

void WindowsBoot::set_mode(MachineSpec& spec, BootMode) const {
  spec.hardware = machine_.hardware;
  spec.hardware.display = true;  // what is on the screen of a guest that does not answer is evidence
  spec.hardware.local_time = true;
  spec.hardware.restarts = machine_.mode_switch == ModeSwitch::online;
  spec.memory_mib = machine_.memory_mib;
  spec.vcpus = machine_.vcpus;
  if (spec.hardware.firmware == Hardware::Firmware::uefi) spec.nvram = spec.disk.parent_path() / "nvram.fd";
}

void WindowsBoot::prepare_disk(const std::filesystem::path& overlay, BootMode mode,
                               const CancelToken& cancel) const {
  if (machine_.mode_switch == ModeSwitch::offline) edit_(overlay, mode, cancel);
}

bool WindowsBoot::enter_mode(Machine& machine, BootMode mode, Milliseconds limit) const {
  if (machine_.mode_switch == ModeSwitch::offline || mode == BootMode::normal) return true;
  const auto until = steady_clock::now() + limit;
  choose_safe_mode_once(machine.channel(), mode);
  restart_windows(machine.channel());
  if (!machine.wait_for_agent_to_leave(limit)) return false;
  return machine.wait_for_agent(
      std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(until - steady_clock::now())));
}

bool WindowsBoot::repair_disk(const std::filesystem::path& overlay, BootMode mode,
                              const CancelToken& cancel) const {
  edit_(overlay, machine_.mode_switch == ModeSwitch::offline ? mode : BootMode::normal, cancel);
  return true;
}

std::vector<Fact> WindowsBoot::mode_facts(BootMode asked, const nlohmann::json& facts) const {
  return windows_mode_facts(asked, facts);
}

std::vector<Fact> WindowsBoot::reader_facts(const std::string& usb_id, const nlohmann::json& facts) const {
  return windows_reader_facts(usb_id, facts);
}

std::string WindowsBoot::agent_path() const {
  return "C:\\ProgramData\\safemode-matrix\\agent.exe";
}

}  // namespace smx::vm
