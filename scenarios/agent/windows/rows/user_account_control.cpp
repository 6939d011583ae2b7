#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/windows/logon/card_logon.h"
#include "scenarios/agent/windows/logon/logon_errors.h"
#include "scenarios/agent/windows/logon/refusals.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/rows/elevation_prompt.h"
#include "scenarios/agent/windows/rows/elevation_requirement.h"
#include "scenarios/agent/windows/screen/screen.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"

namespace smx::agent {
namespace {

constexpr const char* kCheck = "elevated-by-card";
constexpr const char* kElevationProbe = "elevation-probe";

void holder(ScenarioContext& context, const LogonCard& card) {
  const auto end = log_on_by_card(card, {"", "", context.request.credential("pin")});
  record(context.details, "logon", end);
  if (!end.ok()) return context.checks.failed(kCheck, logon_cause(end.status, end.substatus), describe(end));
  // 1: User Account Control does not filter this token; 2: full; 3: limited. No source says what Safe Mode
  // does.
  context.details.set({"elevation_type"}, std::int64_t{elevation_type(end.token.get())});
  const auto full = elevated(end.token);
  run_as({full ? full.get() : end.token.get(), false}, context, kElevationProbe, "main");
}

void run_probe(ScenarioContext& context) {
  Handle token;
  OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out());
  const auto owner = owner_of(token.get());
  const auto who = owner.domain + "\\" + owner.user;
  context.details.set({"elevated_as"}, who);
  if (lower(owner.user) != lower(context.request.lab().user))
    context.checks.failed(kCheck, "other-user", "the program ran as " + who);
  else if (!is_administrator())
    context.checks.failed(kCheck, "not-elevated",
                          "the program ran as " + who + ", who is not an administrator here");
  else
    context.checks.passed(kCheck, "a program ran as " + who + ", with an administrator's rights");
}

void run_user_account_control(ScenarioContext& context) {
  if (context.request.phase != "main") return run_elevation_prompt(context);
  context.details.set({"proved"}, "api");
  require_elevation(context);
  const auto card = find_logon_card(context);
  check_refusal_without_pin(context, "refused-without-pin", card, 0);
  if (!context.checks.good_so_far()) return;
  holder(context, card);
  // Last, and only with a PIN that is right: a wrong one would be tried again.
  if (context.checks.good_so_far()) check_refusal_of_other_user(context, "other-user-refused", card, 0);
}

}  // namespace

/// Row 12: what the elevation prompt does once card and PIN are entered: a logon with them, the full token
/// behind it, and a program that runs with it and says whose rights it has. Without a PIN, and for another
/// user, it is refused. Detail `proved` is "api" then; its phases at the prompt itself are
/// elevation_prompt.h's.
AgentScenario user_account_control() {
  return {"user-account-control",
          {{"main", {"refused-without-pin", "other-user-refused", kCheck}},
           {kScreenOpen, {kElevatedByScreen}},
           {kScreenReady, {kElevatedByScreen}},
           {kScreenResult, {kElevatedByScreen}}},
          run_user_account_control};
}

/// The program that runs with that token.
AgentScenario elevation_probe() {
  return {kElevationProbe, {{"main", {kCheck}}}, run_probe};
}

}  // namespace smx::agent
