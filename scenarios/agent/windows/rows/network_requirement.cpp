#include "scenarios/agent/windows/rows/network_requirement.h"

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"

namespace smx::agent {

void require_network_resource(ScenarioContext& context) {
  const auto& lab = context.request.lab();
  require_administrator();
  context.platform.require(SystemService::network, context.deadline);
  if (lab.share.empty()) return;
  const auto end = start_service("LanmanWorkstation", context.deadline);
  if (!service_runs(end.error))
    throw service_failure("LanmanWorkstation", end.refused, end.error, "no-workstation-service");
}

}  // namespace smx::agent
