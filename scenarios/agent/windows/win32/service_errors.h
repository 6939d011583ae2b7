#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/core/reporter.h"

// What the service control manager's answers mean for a scenario. Pure.

namespace smx::agent {

inline constexpr std::uint32_t kServiceAlreadyRunning = 1056, kServiceDisabled = 1058, kServiceAbsent = 1060,
                               kServiceDependencyFailed = 1068, kNotSafebootService = 1084;

/// Whether the service runs after StartService answered this (0: none).
bool service_runs(std::uint32_t start_error);

/// What a service that a scenario stands on did not start for.
/// 1084 (ERROR_NOT_SAFEBOOT_SERVICE) of the service, or of one that it depends on: all checks failed with
/// `not-in-safeboot`; else failed with `otherwise`, or with `service-disabled` for 1058.
/// `refused`: the service that gave the error, `service` itself or one that it depends on.
StepFailure service_failure(const std::string& service, const std::string& refused, std::uint32_t error,
                            const std::string& otherwise);

/// "running", "stopped", "starting", "stopping", "paused" for SERVICE_STATUS::dwCurrentState, and "disabled"
/// for one that is stopped and whose start type says so (SERVICE_DISABLED, 4); else "state N".
std::string service_state(std::uint32_t state, std::uint32_t start_type);

}  // namespace smx::agent
