#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

enum ExitCode { kResultWritten = 0, kBadInput = 2, kInternalFault = 70 };

/// What the program writes and ends with. `out` is exactly one result, or a list or help, or nothing.
struct AgentEnd {
  int exit_code = kInternalFault;
  std::string out, err;
};

/// The whole program but for its streams and the system under it: `run NAME`, `list`, `--version`, `--help`.
/// `read_input` gives stdin to its end, at most kRequestLimit + 1 bytes; it is called for `run` only.
/// Throws nothing but std::bad_alloc.
AgentEnd run_agent(const std::vector<std::string>& arguments, const std::function<std::string()>& read_input,
                   const std::vector<AgentScenario>& table, Platform& platform);

}  // namespace smx::agent
