#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/linux/pam.h"

namespace smx::agent {
namespace {

/// Authentication, then whether the account is still good: what a session's keeper asks before it unlocks.
std::vector<std::string> unlock(const std::string& user) {
  return {"/usr/bin/pamtester", "smx-unlock", user, "authenticate", "acct_mgmt"};
}

void own_session(ScenarioContext& context) {
  const auto answer = ask_pam(context, unlock(context.request.lab().user), context.request.credential("pin"));
  if (answer.granted)
    context.checks.passed("unlocked-by-card", "PAM unlocks the session");
  else
    context.checks.failed("unlocked-by-card", pam_cause(context, answer.talk), pam_says(answer));
}

void run_unlock_workstation(ScenarioContext& context) {
  context.platform.require(SystemService::smart_card, context.deadline);
  const auto& lab = context.request.lab();
  const PamTrust trust(lab, context.deadline);
  check_refusal_without_pin(context, "refused-without-pin", unlock(lab.user));
  if (!context.checks.good_so_far()) return;
  own_session(context);
  // Last, and only with a PIN that is right: a wrong one would be tried again.
  if (context.checks.good_so_far()) {
    forget_pin(context);
    check_refusal_of_other_user(context, "other-session-refused", unlock(lab.other_user),
                                "the card unlocks a session that is not its holder's");
  }
  forget_pin(context);
}

}  // namespace

/// Row 5: the PAM service of a locked session (smx-unlock) is asked as a session's keeper asks it. It refuses
/// without a PIN, refuses to unlock another user's session with this card, and unlocks its holder's session
/// with card and PIN.
AgentScenario unlock_workstation() {
  return {"unlock-workstation",
          {{"main", {"refused-without-pin", "other-session-refused", "unlocked-by-card"}}},
          run_unlock_workstation};
}

}  // namespace smx::agent
