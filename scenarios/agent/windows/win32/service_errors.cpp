#include "scenarios/agent/windows/win32/service_errors.h"

#include "scenarios/agent/windows/win32/system_error.h"

namespace smx::agent {

bool service_runs(std::uint32_t start_error) {
  return start_error == 0 || start_error == kServiceAlreadyRunning;
}

StepFailure service_failure(const std::string& service, const std::string& refused, std::uint32_t error,
                            const std::string& otherwise) {
  const auto whose = refused == service ? service : refused + ", on which " + service + " depends";
  if (error == kNotSafebootService)
    return {CheckOutcome::failed, "not-in-safeboot",
            "this boot mode does not start the service " + whose + ": " + error_text(error), true};
  if (error == kServiceDisabled)
    return {CheckOutcome::failed, "service-disabled",
            "the service " + whose + " is disabled: " + error_text(error)};
  return {CheckOutcome::failed, otherwise, "the service " + whose + " does not start: " + error_text(error)};
}

std::string service_state(std::uint32_t state, std::uint32_t start_type) {
  constexpr std::uint32_t kDisabled = 4;
  switch (state) {  // winsvc.h
    case 1: return start_type == kDisabled ? "disabled" : "stopped";
    case 2: return "starting";
    case 3: return "stopping";
    case 4: return "running";
    case 5:
    case 6:
    case 7: return "paused";
    default: return "state " + std::to_string(state);
  }
}

}  // namespace smx::agent
