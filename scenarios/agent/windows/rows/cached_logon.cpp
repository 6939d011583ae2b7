#include "scenarios/agent/core/agent_scenario.h"

#include <thread>

#include "scenarios/agent/windows/logon/card_logon.h"
#include "scenarios/agent/windows/logon/logon_errors.h"
#include "scenarios/agent/windows/win32/registry.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <lm.h>
// after lm.h
#include <dsgetdc.h>

namespace smx::agent {
namespace {

/// 0 when a domain controller answers now; else Windows' error.
DWORD domain_error(const std::string& domain) {
  DOMAIN_CONTROLLER_INFOW* found = nullptr;
  const auto error =
      DsGetDcNameW(nullptr, wide(domain).c_str(), nullptr, nullptr, DS_FORCE_REDISCOVERY, &found);
  if (found != nullptr) NetApiBufferFree(found);
  return error;
}

/// Windows keeps ten unless configured otherwise; "0" turns it off.
void require_cache() {
  const RegistryKey winlogon(HKEY_LOCAL_MACHINE, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon");
  if (winlogon.text("CachedLogonsCount").value_or("10") == "0")
    throw StepFailure(CheckOutcome::blocked, "no-cached-logons",
                      "this machine keeps no logons: CachedLogonsCount is 0", true);
}

void online(ScenarioContext& context) {
  require_domain_member(context);
  require_cache();
  const auto end = log_on_by_card(find_logon_card(context), {"", "", context.request.credential("pin")});
  record(context.details, "logon", end);
  constexpr auto kCheck = "logged-on-online";
  if (!end.ok()) return context.checks.failed(kCheck, logon_cause(end.status, end.substatus), describe(end));
  if (lower(end.user) != lower(context.request.lab().user))
    return context.checks.failed(kCheck, "other-user", "the session is another user's: " + describe(end));
  if (end.cached) return context.checks.failed(kCheck, "no-kdc", "taken from the cache: " + describe(end));
  context.checks.passed(kCheck, describe(end));
  context.platform.keep("cached-logon", end.sid);
}

void own_logon(ScenarioContext& context, const LogonCard& card, const std::string& sid) {
  const auto end = log_on_by_card(card, {"", "", context.request.credential("pin")});
  record(context.details, "logon", end);
  constexpr auto kCheck = "logged-on-offline";
  if (!end.ok())
    context.checks.failed(kCheck, logon_cause(end.status, end.substatus), describe(end));
  else if (end.sid != sid)
    context.checks.failed(kCheck, "other-user", "the session is another user's: " + describe(end));
  else
    context.checks.passed(kCheck, describe(end));
}

void stranger(ScenarioContext& context, const LogonCard& card) {
  const auto& lab = context.request.lab();
  const auto end = log_on_by_card(card, {lab.other_user, lab.domain, context.request.credential("pin")});
  record(context.details, "stranger", end);
  constexpr auto kCheck = "stranger-refused";
  const std::string_view cause = end.ok() ? "" : logon_cause(end.status, end.substatus);
  // No logon of this user is cached, and no domain controller is in reach.
  if (end.ok() && lower(end.user) == lower(lab.other_user))
    context.checks.failed(kCheck, "granted-to-other-user",
                          "the card opens another user's session: " + describe(end));
  else if (end.ok())
    context.checks.passed(kCheck, "the hint at another user is not followed: " + describe(end));
  else if (cause == "no-kdc" || refuses_this_user(end.status, end.substatus))
    context.checks.passed(kCheck, describe(end));
  else
    context.checks.failed(kCheck, std::string(cause), "refused for another reason: " + describe(end));
}

void offline(ScenarioContext& context) {
  const auto sid = context.platform.take("cached-logon");
  if (sid.empty())
    throw StepFailure(CheckOutcome::blocked, "earlier-check",
                      "no logon succeeded while the domain was in reach");
  const auto error = domain_error(context.request.lab().domain);
  if (error == 0)
    return context.checks.failed("domain-out-of-reach", "network-not-cut",
                                 "a domain controller still answers");
  context.checks.passed("domain-out-of-reach", "no domain controller answers: " + error_text(error));
  const auto card = find_logon_card(context);
  own_logon(context, card, sid);
  // Last, and only with a PIN that is right: a wrong one would be tried again.
  if (context.checks.good_so_far()) stranger(context, card);
}

void restored(ScenarioContext& context) {
  // The network's return has no event that Netlogon's search would wait for.
  DWORD error = domain_error(context.request.lab().domain);
  while (error != 0 && !context.deadline.over()) {
    std::this_thread::sleep_for(context.deadline.remaining(Deadline::Duration{1000}));
    error = domain_error(context.request.lab().domain);
  }
  if (error == 0)
    context.checks.passed("domain-in-reach-again", "a domain controller answers");
  else
    context.checks.failed("domain-in-reach-again", "no-network",
                          "no domain controller answers: " + error_text(error));
}

void run_cached_logon(ScenarioContext& context) {
  context.details.set({"proved"}, "api");
  if (context.request.phase == "online") return online(context);
  if (context.request.phase == "offline") return offline(context);
  restored(context);
}

}  // namespace

/// Row 2: phase `online` logs on with the card while the domain answers, which Windows keeps for later;
/// `offline`, while the controller has cut the network: the same card logs on from the cache, and another
/// user is refused; `restored`: the domain answers again. Detail `proved` is "api".
AgentScenario cached_logon() {
  return {"cached-logon",
          {{"online", {"logged-on-online"}},
           {"offline", {"domain-out-of-reach", "stranger-refused", "logged-on-offline"}},
           {"restored", {"domain-in-reach-again"}}},
          run_cached_logon};
}

}  // namespace smx::agent
