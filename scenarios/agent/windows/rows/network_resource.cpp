#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/net/negotiate.h"
#include "scenarios/agent/windows/net/share.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/rows/network_prompt.h"
#include "scenarios/agent/windows/rows/network_requirement.h"
#include "scenarios/agent/windows/screen/screen.h"
#include "scenarios/agent/windows/smartcard/card_credential.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr const char* kNetworkResourceForUser = "network-resource-for-user";
constexpr std::size_t kMostNames = 64;

/// False when it is reported to have failed.
bool open_share(ScenarioContext& context, const std::string& path, const Identity& identity) {
  const Share share(path, identity);
  context.details.set({"share", "path"}, path);
  context.details.set({"share", "result"}, error_text(share.error()));
  if (share.error() != NO_ERROR) {
    context.checks.failed("resource-opened", share_cause(share.error()),
                          "the share " + path + ": " + error_text(share.error()));
    return false;
  }
  context.details.set({"share", "names"}, std::int64_t(names_in_folder(path, kMostNames).size()));
  return true;
}

void run_network_resource_for_user(ScenarioContext& context) {
  const auto& lab = context.request.lab();
  const CardCredential card(context);
  const Identity identity{card.user_name(), context.request.credential("pin")};
  const auto answer =
      ask_web_by_ticket(lab, "/" + context.request.nonce + "-resource", &identity, context.deadline);
  context.checks.passed("ticket-obtained", "Kerberos gave a ticket for HTTP/" + lab.web.name);
  const auto token = token_of_answer(answer);
  context.details.set({"token"}, token);
  if (token.empty())
    return context.checks.failed("resource-opened", "ticket-refused",
                                 "the web server gave no token for the ticket");
  if (!lab.share.empty() && !open_share(context, lab.share, identity)) return;
  context.checks.passed("resource-opened",
                        lab.share.empty() ? "the web page" : "the web page and " + lab.share);
}

void run_network_resource(ScenarioContext& context) {
  if (context.request.phase != "main") return run_network_prompt(context);
  context.details.set({"proved"}, "api");
  require_network_resource(context);
  run_in_session(context, kNetworkResourceForUser, "main");
}

}  // namespace

/// Row 8: in the console user's session, with the credential that CredUI makes of a card and its PIN (the
/// marshalled certificate as user name, the PIN as password): the lab's web page by Kerberos, and the lab's
/// share where there is one. Detail `token`: what the web server answered to `GET /NONCE-resource`. Detail
/// `proved` is "api": CredUI's dialog is not shown. Its phases at the screen are network_prompt.h's.
AgentScenario network_resource() {
  return {"network-resource-credui",
          {{"main", {"ticket-obtained", "resource-opened"}},
           {kScreenOpen, {kConnectedByScreen}},
           {kScreenReady, {kConnectedByScreen}},
           {kScreenResult, {kConnectedByScreen}}},
          run_network_resource};
}

/// The user's half.
AgentScenario network_resource_for_user() {
  return {kNetworkResourceForUser,
          {{"main", {"ticket-obtained", "resource-opened"}}},
          run_network_resource_for_user};
}

}  // namespace smx::agent
