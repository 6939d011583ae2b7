#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/linux/pam.h"

namespace smx::agent {
namespace {

/// What becomes of `user` in its own session: -S takes the PIN from stdin, -k ignores what was granted
/// earlier. Names are plain (request.h), so the shell finds nothing in them.
std::vector<std::string> elevate(const std::string& user) {
  return {"/bin/su", "-s", "/bin/sh", user, "-c", "exec /usr/bin/sudo -S -k -p '' /usr/bin/id -u"};
}

/// The user's number, as `id -u` prints it on a line of its own.
bool became_root(const PamAnswer& answer) {
  return answer.granted && ("\n" + answer.talk).find("\n0\n") != std::string::npos;
}

/// The right as sudo reports it; root asks, so no authentication is needed.
bool has_right(ScenarioContext& context, const std::string& user) {
  const auto answer = ask_pam(context, {"/usr/bin/sudo", "-n", "-l", "-U", user}, Pin());
  if (answer.granted && answer.talk.find("may run the following") != std::string::npos) return true;
  if (answer.talk.find("is not allowed to run sudo") != std::string::npos) return false;
  throw StepFailure(CheckOutcome::blocked, "system-trouble",
                    "sudo does not say what " + user + " may do: " + pam_says(answer));
}

void other_user(ScenarioContext& context) {
  constexpr auto kCheck = "other-user-refused";
  const auto& other = context.request.lab().other_user;
  if (has_right(context, other)) {
    context.checks.blocked(kCheck, "system-trouble", other + " has the right to elevate in this guest");
    return;
  }
  const auto answer = ask_pam(context, elevate(other), context.request.credential("pin"));
  const std::string_view cause = pam_cause(answer.talk);
  if (became_root(answer))
    context.checks.failed(kCheck, "granted-to-other-user", "root for a user without the right");
  else if (cause != "certificate-refused" && cause != "no-right")
    context.checks.failed(kCheck, std::string(cause), "refused for another reason: " + pam_says(answer));
  else
    context.checks.passed(kCheck, other + " has no right, and no card: " + pam_says(answer));
}

void holder(ScenarioContext& context) {
  const auto answer =
      ask_pam(context, elevate(context.request.lab().user), context.request.credential("pin"));
  if (became_root(answer))
    context.checks.passed("elevated-by-card", "a program of a standard user runs as root");
  else if (answer.granted)
    context.checks.failed("elevated-by-card", "not-elevated", "sudo ran the program as another user");
  else
    context.checks.failed("elevated-by-card", pam_cause(context, answer.talk), pam_says(answer));
}

void run_user_account_control(ScenarioContext& context) {
  context.platform.require(SystemService::smart_card, context.deadline);
  const auto& lab = context.request.lab();
  const PamTrust trust(lab, context.deadline);
  check_refusal_without_pin(context, "refused-without-pin", elevate(lab.user));
  if (!context.checks.good_so_far()) return;
  holder(context);
  // Last, and only with a PIN that is right: a wrong one would be tried again.
  if (context.checks.good_so_far()) {
    forget_pin(context);
    other_user(context);
  }
  forget_pin(context);
}

}  // namespace

/// Row 12: a standard user becomes root by sudo, with the card and its PIN in place of a password. Refused
/// are the same without a PIN, and a user whose card it is not and who has no right to it.
AgentScenario user_account_control() {
  return {"user-account-control",
          {{"main", {"refused-without-pin", "other-user-refused", "elevated-by-card"}}},
          run_user_account_control};
}

}  // namespace smx::agent
