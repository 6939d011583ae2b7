#include "scenarios/agent/core/agent.h"

#include <algorithm>

#include "scenarios/agent/core/result.h"

namespace smx::agent {
namespace {

constexpr const char* kHelp =
    "agent: the part of safemode-matrix that runs inside the guest\n"
    "\n"
    "  agent run NAME   read one JSON object from stdin, run the scenario, write one JSON result to stdout\n"
    "  agent list       the names of the scenarios, one a line\n"
    "  agent --version\n"
    "  agent --help\n"
    "\n"
    "Exit codes: 0 a result was written, 2 input or arguments could not be used, 70 internal fault.\n"
    "The protocol is described in docs/agent-protocol.md.\n";

const AgentScenario& find(const std::vector<AgentScenario>& table, const std::string& name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& s) { return s.name == name; });
  if (found == table.end()) throw BadInput("no scenario \"" + name + "\"; `agent list` shows what there is");
  return *found;
}

const std::vector<std::string>& checks_of(const AgentScenario& scenario, const std::string& phase) {
  const auto found = scenario.checks.find(phase);
  if (found == scenario.checks.end())
    throw BadInput("scenario " + scenario.name + " has no phase \"" + phase + "\"");
  return found->second;
}

std::string run_scenario(const AgentScenario& scenario, const std::string& input, Platform& platform) {
  const Request request = parse_request(input);
  const Deadline deadline(request.time_limit);
  Reporter checks(checks_of(scenario, request.phase));
  Details details;
  ScenarioContext context{request, checks, details, deadline, platform};
  try {
    scenario.run(context);
  } catch (const StepFailure& failure) {
    details.set({"trouble"}, failure.message);
    checks.step_failed(failure);
  }
  checks.finish();
  return result_json(scenario.name, request, checks, details);
}

std::string dispatch(const std::vector<std::string>& arguments,
                     const std::function<std::string()>& read_input, const std::vector<AgentScenario>& table,
                     Platform& platform) {
  const std::string command = arguments.empty() ? "" : arguments[0];
  if (command == "run" && arguments.size() == 2) {
    const auto& scenario = find(table, arguments[1]);
    return run_scenario(scenario, read_input(), platform);
  }
  if (arguments.size() == 1 && command == "list") {
    std::string names;
    for (const auto& scenario : table) names += scenario.name + "\n";
    return names;
  }
  if (arguments.size() == 1 && command == "--version") return "safemode-matrix agent " SMX_AGENT_VERSION "\n";
  if (arguments.size() == 1 && command == "--help") return kHelp;
  throw BadInput("expected `run NAME`, `list`, `--version` or `--help`");
}

}  // namespace

AgentEnd run_agent(const std::vector<std::string>& arguments, const std::function<std::string()>& read_input,
                   const std::vector<AgentScenario>& table, Platform& platform) try {
  return {kResultWritten, dispatch(arguments, read_input, table, platform), ""};
} catch (const BadInput& error) {
  return {kBadInput, "", std::string("agent: ") + error.what() + "\n"};
} catch (const std::exception& error) {
  return {kInternalFault, "", std::string("agent: internal fault: ") + error.what() + "\n"};
}

}  // namespace smx::agent
