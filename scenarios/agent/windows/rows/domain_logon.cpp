#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/windows/logon/card_logon.h"
#include "scenarios/agent/windows/logon/logon_errors.h"
#include "scenarios/agent/windows/net/negotiate.h"
#include "scenarios/agent/windows/screen/logon_screen.h"
#include "scenarios/agent/windows/screen/screen.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"

namespace smx::agent {
namespace {

constexpr const char* kLoggedOnByScreen = "logged-on-by-screen";

bool logged_on(ScenarioContext& context, const LogonEnd& end) {
  constexpr auto kCheck = "ticket-obtained";
  record(context.details, "logon", end);
  if (!end.ok())
    context.checks.failed(kCheck, logon_cause(end.status, end.substatus), describe(end));
  else if (lower(end.user) != lower(context.request.lab().user))
    context.checks.failed(kCheck, "other-user", "the session is another user's: " + describe(end));
  else if (end.cached)
    context.checks.failed(kCheck, "no-kdc", "the logon was taken from the cache: " + describe(end));
  else
    context.checks.passed(kCheck, describe(end));
  return context.checks.good_so_far();
}

void use_ticket(ScenarioContext& context, HANDLE token) {
  const Impersonation as_user(token);
  const auto answer = ask_web_by_ticket(context.request.lab(), "/" + context.request.nonce + "-logon",
                                        nullptr, context.deadline);
  const auto given = token_of_answer(answer);
  context.details.set({"token"}, given);
  if (given.empty())
    context.checks.failed("ticket-used", "ticket-refused", "the web server gave no token for the ticket");
  else
    context.checks.passed("ticket-used", "the web server took the ticket");
}

void run_domain_logon(ScenarioContext& context) {
  // 2: interactive. A logon that was kept from before (11) is row 2's.
  if (context.request.phase != "main") return run_at_logon_screen(context, {kLoggedOnByScreen, {2}, false});
  context.details.set({"proved"}, "api");
  context.request.lab();
  require_domain_member(context);
  const auto card = find_logon_card(context);
  const auto end = log_on_by_card(card, {"", "", context.request.credential("pin")});
  if (logged_on(context, end)) use_ticket(context, end.token.get());
}

}  // namespace

/// Row 1: LsaLogonUser with the card's certificate and PIN gives a session of the domain's user, and the
/// ticket of that session opens the lab's web page. Detail `token`: what the web server answered to `GET
/// /NONCE-logon`. Detail `proved` is "api" then, and "screen" in the phases at the logon screen
/// (logon_screen.h), where the controller presses the keys.
AgentScenario domain_logon() {
  return {"domain-logon",
          {{"main", {"ticket-obtained", "ticket-used"}},
           {kScreenOpen, {kLoggedOnByScreen}},
           {kScreenReady, {kLoggedOnByScreen}},
           {kScreenResult, {kLoggedOnByScreen}}},
          run_domain_logon};
}

}  // namespace smx::agent
