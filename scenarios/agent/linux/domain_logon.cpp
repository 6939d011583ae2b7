#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/linux/kerberos.h"
#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

void log_on_and_use(ScenarioContext& context, std::string_view use, const char* what) {
  prepare_for_logon(context);
  KerberosClient client(context);
  if (client.log_on("ticket-obtained")) client.use_ticket(use, "/" + context.request.nonce + what);
}

}  // namespace

/// Row 1: a ticket of the lab's realm by PKINIT with the card's key, and its use. Detail `token`: what the
/// web server answered to `GET /NONCE-logon`.
AgentScenario domain_logon() {
  return {"domain-logon", {{"main", {"ticket-obtained", "ticket-used"}}}, [](ScenarioContext& context) {
            log_on_and_use(context, "ticket-used", "-logon");
          }};
}

/// Row 8: a service of the network by a ticket that the card obtained. Detail `token`: what the web server
/// answered to `GET /NONCE-resource`.
AgentScenario network_resource() {
  return {"network-resource-credui",
          {{"main", {"ticket-obtained", "resource-opened"}}},
          [](ScenarioContext& context) { log_on_and_use(context, "resource-opened", "-resource"); }};
}

}  // namespace smx::agent
