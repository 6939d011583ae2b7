#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "vm/guest/guest_channel.h"

namespace smx::run {

/// What one call of the agent gave: a result that is one (checks, details), or the trouble that there was
/// instead.
struct AgentAnswer {
  vm::GuestResult raw;
  std::vector<Check> checks;
  nlohmann::json details;  ///< untrusted
  /// timed out, wrong exit code, too much output, malformed or foreign result
  std::optional<Observation> trouble;
};

/// 32 random hex digits: what an agent's result must echo to be taken for the answer to this attempt.
std::string new_nonce();

/// Runs the agent in the guest, by the protocol of docs/agent-protocol.md.
class AgentCall {
 public:
  /// `command` is `BootStrategy::agent_command`: what comes before the agent's own arguments.
  AgentCall(vm::GuestChannel& channel, std::vector<std::string> command)
      : channel_(channel), command_(std::move(command)) {}

  /// `input` may hold secrets; format, phase, nonce and the limit are added to it. Blocks. Throws as
  /// GuestChannel::execute does.
  AgentAnswer run(const std::string& scenario, const std::string& phase, const std::string& nonce,
                  nlohmann::json input, Milliseconds limit) const;

 private:
  vm::GuestChannel& channel_;
  std::vector<std::string> command_;
};

}  // namespace smx::run
