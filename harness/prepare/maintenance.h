#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"
#include "harness/run/agent_call.h"
#include "vm/boot/boot_strategy.h"
#include "vm/hypervisor/hypervisor.h"

namespace smx::prepare {

/// With what a Windows is started to be changed. References outlive the call.
struct Maintenance {
  vm::Hypervisor& hypervisor;
  const vm::BootStrategy& strategy;
  std::string_view agent;  ///< its program
  const CancelToken& cancel;
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  Milliseconds boot_limit{600000};      ///< to the guest agent's answer
  Milliseconds shutdown_limit{300000};  ///< from the request to the machine's end
  std::filesystem::path picture = {};   ///< where the screen of a guest that fails is kept; empty: nowhere
};

using Work = std::function<void(vm::Machine&, const run::AgentCall&)>;

/// Starts `spec` (whose disk boots into normal mode), proves that it is a Windows in normal mode whose agent
/// has administrative credentials, does `work`, shuts it down and waits for its end. Blocks for minutes.
/// Whatever happens, no machine is left. Throws Error(guest) with the reason and, where a picture was taken,
/// its place; Error(environment), Cancelled.
void maintain(const Maintenance& with, const vm::MachineSpec& spec, const Work& work);

}  // namespace smx::prepare
