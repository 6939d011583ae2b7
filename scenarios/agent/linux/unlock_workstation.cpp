#include "scenarios/agent/linux/unlock_workstation.h"

#include "scenarios/agent/linux/pam.h"

namespace smx::agent {
namespace {

/// Authentication, then whether the account is still good: what a session's keeper asks before it unlocks.
std::vector<std::string> unlock(const std::string& user) {
  return {"/usr/bin/pamtester", "smx-unlock", user, "authenticate", "acct_mgmt"};
}

void other_session(ScenarioContext& context) {
  const auto answer =
      ask_pam(context, unlock(context.request.lab().other_user), context.request.credential("pin"));
  if (answer.granted)
    context.checks.failed("other-session-refused", "granted-to-other-user",
                          "the card unlocks a session that is not its holder's");
  else if (const auto cause = pam_cause(answer.talk); cause != std::string_view("certificate-refused"))
    context.checks.failed("other-session-refused", cause, "refused for another reason: " + pam_says(answer));
  else
    context.checks.passed("other-session-refused", pam_says(answer));
}

void own_session(ScenarioContext& context) {
  const auto answer = ask_pam(context, unlock(context.request.lab().user), context.request.credential("pin"));
  if (answer.granted)
    context.checks.passed("unlocked-by-card", "PAM unlocks the session");
  else
    context.checks.failed("unlocked-by-card", pam_cause(context, answer.talk), pam_says(answer));
}

void run(ScenarioContext& context) {
  context.platform.require(SystemService::smart_card, context.deadline);
  const auto& lab = context.request.lab();
  const PamTrust trust(lab, context.deadline);
  check_refusal_without_pin(context, "refused-without-pin", unlock(lab.user));
  if (!context.checks.good_so_far()) return;
  own_session(context);
  // Last, and only with a PIN that is right: a wrong one would be tried again.
  if (context.checks.good_so_far()) {
    forget_pin(context);
    other_session(context);
  }
  forget_pin(context);
}

}  // namespace

Scenario unlock_workstation() {
  return {"unlock-workstation",
          {{"main", {"refused-without-pin", "other-session-refused", "unlocked-by-card"}}},
          run};
}

}  // namespace smx::agent
