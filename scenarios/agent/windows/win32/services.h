#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/core/deadline.h"

namespace smx::agent {

/// What a request to start a service came to.
struct ServiceStart {
  std::uint32_t error = 0;  ///< 0: it was started; 1056: it ran already; else Windows' error
  std::string refused;      ///< whose error it is: the service's own, or a dependency's
};

/// Asks the service control manager to start a service and waits until it runs, at most as long as `deadline`
/// says: 1053 (ERROR_SERVICE_REQUEST_TIMEOUT) then. Of ERROR_SERVICE_DEPENDENCY_FAIL the dependencies are
/// asked for their own error, down to four levels. Throws StepFailure (blocked, `system-trouble`)
/// only when the service control manager itself is not open to this process.
ServiceStart start_service(const std::string& name, const Deadline& deadline);

/// Stops a service that this process started, and does not wait. Nothing is reported.
void stop_service(const std::string& name);

/// As service_state, or "absent".
std::string state_of_service(const std::string& name);

}  // namespace smx::agent
