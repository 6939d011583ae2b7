#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "vm/hypervisor/hypervisor.h"

namespace smx::vm {

/// How one kind of target is brought into a boot mode, and how it is known that it got there.
class BootStrategy {
 public:
  virtual ~BootStrategy() = default;
  /// Makes the machine boot into `mode`. Throws Error(usage) when the target has no such mode.
  virtual void set_mode(MachineSpec& spec, BootMode mode) const = 0;
  /// Puts into a fresh overlay what makes the guest boot into `mode`, where that is not all in the spec.
  /// Blocks. Throws Error(environment) with the way out when the overlay must not be edited.
  virtual void prepare_disk(const std::filesystem::path& /*overlay*/, BootMode, const CancelToken&) const {}
  /// Leads a guest whose agent answers into `mode`, where its disk does not. False when it is not there again
  /// within `limit`. Blocks. Throws as GuestChannel does, Cancelled.
  virtual bool enter_mode(Machine&, BootMode, Milliseconds /*limit*/) const { return true; }
  /// Makes the overlay of a guest that never answered fit for one more start; no machine holds it. False when
  /// there is nothing that could be done. Throws as `prepare_disk`.
  virtual bool repair_disk(const std::filesystem::path& /*overlay*/, BootMode, const CancelToken&) const {
    return false;
  }
  /// Pure: the facts the guest's agent reported (`agent run facts`), each held against what `asked` means.
  /// At least three must agree and none may disagree (`prove`). `facts` is untrusted.
  virtual std::vector<Fact> mode_facts(BootMode asked, const nlohmann::json& facts) const = 0;
  /// The guest's side of the reader's attachment: the device, by vendor and product ("08e6:4433"), on the
  /// guest's bus.
  virtual std::vector<Fact> reader_facts(const std::string& usb_id, const nlohmann::json& facts) const = 0;
  /// The agent's scenario that lists the guest's drivers, for the evidence of each boot; empty: it has none.
  virtual std::string inventory() const { return {}; }
  /// Where the agent's program goes in the guest: an absolute path there.
  virtual std::string agent_path() const = 0;
  /// What runs it: the arguments before its own ("run NAME"). The first is an absolute path in the guest;
  /// stdin, stdout and the exit code are the program's.
  virtual std::vector<std::string> agent_command() const { return {agent_path()}; }
};

/// Proven when at least `least` facts are there and every one agrees.
Proof prove(std::vector<Fact> facts, std::size_t least);

}  // namespace smx::vm
