#include "scenarios/agent/windows/rows/elevation_requirement.h"

#include "scenarios/agent/windows/logon/card_logon.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"

namespace smx::agent {

void require_elevation(ScenarioContext& context) {
  require_domain_member(context);
  const auto prompt = start_service("Appinfo", context.deadline);
  if (!service_runs(prompt.error))
    throw service_failure("Appinfo", prompt.refused, prompt.error, "no-elevation-service");
}

}  // namespace smx::agent
