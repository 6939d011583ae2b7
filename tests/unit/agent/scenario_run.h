#pragma once

#include <algorithm>
#include <string>

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// A scenario run as the main loop does it, with everything it said kept.
struct ScenarioRun {
  Reporter checks;
  Details details;

  ScenarioRun(const AgentScenario& scenario, const Request& request, Platform& platform)
      : checks(scenario.checks.at(request.phase)) {
    const Deadline deadline(request.time_limit);
    ScenarioContext context{request, checks, details, deadline, platform};
    try {
      scenario.run(context);
    } catch (const StepFailure& failure) {
      checks.step_failed(failure);
    }
    checks.finish();
  }

  /// "passed", "failed no-card", "blocked earlier-check", ...
  std::string of(const std::string& id) const {
    for (const auto& report : checks.reports())
      if (report.id == id)
        return std::string(name(report.outcome)) + (report.cause.empty() ? "" : " " + report.cause);
    return "not announced";
  }
  bool all_passed() const {
    return std::all_of(checks.reports().begin(), checks.reports().end(),
                       [](const auto& r) { return r.outcome == CheckOutcome::passed; });
  }
};

}  // namespace smx::agent
