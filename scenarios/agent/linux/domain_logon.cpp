#include "scenarios/agent/linux/domain_logon.h"

#include "scenarios/agent/linux/kerberos.h"
#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

constexpr std::size_t kTokenLimit = 64;

void prepare(ScenarioContext& context) {
  context.platform.require(SystemService::network, context.deadline);
  // OpenSC does not tell a service that does not run from a reader that is not there.
  const auto cards = context.platform.smart_cards(context.deadline);
  first_reader(*cards, context.deadline);
}

/// Asks for `path` and reports `check`; the answer goes into the details, for the controller to compare.
void use_ticket(ScenarioContext& context, KerberosClient& client, std::string_view check,
                const std::string& path) {
  const auto end = client.ask_web(path);
  if (end.timed_out) return context.checks.failed(check, "no-answer", "curl did not end in time");
  if (!end.ok()) return context.checks.failed(check, curl_cause(end.err), "curl: " + last_line(end.err));
  context.details.set({"token"}, end.out.substr(0, kTokenLimit));
  context.checks.passed(check, "the web server took the ticket and answered with its token");
}

void log_on_and_use(ScenarioContext& context, std::string_view use, const char* what) {
  prepare(context);
  KerberosClient client(context);
  if (!client.log_on("ticket-obtained")) return;
  use_ticket(context, client, use, "/" + context.request.nonce + what);
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
