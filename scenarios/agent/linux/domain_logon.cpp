#include "scenarios/agent/linux/domain_logon.h"

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

Scenario domain_logon() {
  return {"domain-logon", {{"main", {"ticket-obtained", "ticket-used"}}}, [](ScenarioContext& context) {
            log_on_and_use(context, "ticket-used", "-logon");
          }};
}

Scenario network_resource() {
  return {"network-resource-credui",
          {{"main", {"ticket-obtained", "resource-opened"}}},
          [](ScenarioContext& context) { log_on_and_use(context, "resource-opened", "-resource"); }};
}

}  // namespace smx::agent
