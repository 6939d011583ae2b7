#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/windows/logon/card_logon.h"
#include "scenarios/agent/windows/logon/logon_errors.h"
#include "scenarios/agent/windows/logon/refusals.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/screen/logon_screen.h"
#include "scenarios/agent/windows/screen/screen.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"

namespace smx::agent {
namespace {

constexpr const char* kUnlockedByScreen = "unlocked-by-screen";

void own_session(ScenarioContext& context, const LogonCard& card, const TokenOwner& owner,
                 std::uint64_t logon) {
  constexpr auto kCheck = "unlocked-by-card";
  const auto end = log_on_by_card(card, {"", "", context.request.credential("pin"), logon});
  record(context.details, "unlock", end);
  if (!end.ok())
    context.checks.failed(kCheck, logon_cause(end.status, end.substatus), describe(end));
  else if (end.sid != owner.sid)
    context.checks.failed(kCheck, "other-user",
                          "the card is another user's than the session: " + describe(end));
  else
    context.checks.passed(kCheck, describe(end));
}

void run_unlock_workstation(ScenarioContext& context) {
  // 7: unlocked; 13: unlocked by a logon that was kept from before.
  if (context.request.phase != "main")
    return run_at_logon_screen(context, {kUnlockedByScreen, {7, 13}, true});
  context.details.set({"proved"}, "api");
  require_domain_member(context);
  const auto session = console_session();
  const auto owner = owner_of(session.token.get());
  const auto logon = logon_of(session.token.get());
  context.details.set({"session", "token"}, session.how);
  context.details.set({"session", "user"}, owner.domain + "\\" + owner.user);
  if (lower(owner.user) != lower(context.request.lab().user))
    throw StepFailure(CheckOutcome::blocked, "no-user-session",
                      "the card's holder is not logged on at the console, but " + owner.user, true);
  const auto card = find_logon_card(context);
  check_refusal_without_pin(context, "refused-without-pin", card, logon);
  if (!context.checks.good_so_far()) return;
  own_session(context, card, owner, logon);
  // Last, and only with a PIN that is right: a wrong one would be tried again.
  if (context.checks.good_so_far())
    check_refusal_of_other_user(context, "other-session-refused", card, logon);
}

}  // namespace

/// Row 5: the local security authority is asked as the logon screen asks it to unlock the console's session
/// (KERB_CERTIFICATE_UNLOCK_LOGON). It refuses without a PIN, and for another user; with card and PIN it
/// gives the session's own user. Detail `proved` is "api" then, since it is the logon screen that unlocks,
/// and "screen" in the phases there (logon_screen.h), where the controller presses the keys.
AgentScenario unlock_workstation() {
  return {"unlock-workstation",
          {{"main", {"refused-without-pin", "other-session-refused", "unlocked-by-card"}},
           {kScreenOpen, {kUnlockedByScreen}},
           {kScreenReady, {kUnlockedByScreen}},
           {kScreenLock, {kUnlockedByScreen}},
           {kScreenResult, {kUnlockedByScreen}}},
          run_unlock_workstation};
}

}  // namespace smx::agent
