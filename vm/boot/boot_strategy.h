#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/core/model.h"
#include "vm/hypervisor/hypervisor.h"

namespace smx::vm {

/// How one kind of target is brought into a boot mode, and how it is known that it got there.
class BootStrategy {
 public:
  virtual ~BootStrategy() = default;
  /// Makes the machine boot into `mode`. Throws Error(usage) when the target has no such mode.
  virtual void set_mode(MachineSpec& spec, BootMode mode) const = 0;
  /// Pure: the facts the guest's agent reported (`agent run facts`), each held against what `asked` means.
  /// At least three must agree and none may disagree (`prove`). `facts` is untrusted.
  virtual std::vector<Fact> mode_facts(BootMode asked, const nlohmann::json& facts) const = 0;
  /// The guest's side of the reader's attachment: the device, by vendor and product ("08e6:4433"), on the
  /// guest's bus.
  virtual std::vector<Fact> reader_facts(const std::string& usb_id, const nlohmann::json& facts) const = 0;
  /// Where the agent's program goes in the guest: an absolute path there.
  virtual std::string agent_path() const = 0;
  /// What runs it: the arguments before its own ("run NAME"). The first is an absolute path in the guest;
  /// stdin, stdout and the exit code are the program's.
  virtual std::vector<std::string> agent_command() const { return {agent_path()}; }
};

/// Proven when at least `least` facts are there and every one agrees.
Proof prove(std::vector<Fact> facts, std::size_t least);

}  // namespace smx::vm
