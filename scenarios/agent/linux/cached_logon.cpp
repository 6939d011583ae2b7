#include "scenarios/agent/core/agent_scenario.h"

#include <filesystem>
#include <fstream>

#include "scenarios/agent/linux/kerberos.h"
#include "scenarios/agent/linux/link.h"
#include "scenarios/agent/linux/opensc.h"
#include "scenarios/agent/linux/pam.h"

namespace smx::agent {
namespace {

namespace fs = std::filesystem;

/// Where pam_pkcs11's mapper `opensc` looks for the certificates that a user was seen with.
fs::path cache_of(const std::string& user) {
  return "/home/" + user + "/.eid";
}
fs::path kept_certificate(const std::string& user) {
  return cache_of(user) / "authorized_certificates";
}

std::vector<std::string> log_on(const std::string& user) {
  return {"/usr/bin/pamtester", "smx-logon", user, "authenticate", "acct_mgmt"};
}

void forget_logons(ScenarioContext& context) {
  std::error_code ignored;  // what is not there need not be removed
  fs::remove_all(cache_of(context.request.lab().user), ignored);
}

/// What a logon to the domain leaves behind: the certificate that it was made with.
void keep_certificate(ScenarioContext& context) {
  const auto [der, talk] = read_certificate_by_pkcs11(context);
  if (der.empty())
    throw StepFailure(CheckOutcome::failed, pkcs11_cause(talk, "no-certificate"),
                      "pkcs11-tool reads no certificate: " + last_line(talk));
  const auto& user = context.request.lab().user;
  std::error_code error;
  fs::create_directories(cache_of(user), error);
  std::ofstream file(kept_certificate(user));
  file << certificate_pem(der);
  file.close();
  if (!file)
    throw StepFailure(CheckOutcome::blocked, "system-trouble",
                      "cannot write " + kept_certificate(user).string());
}

/// Whether the lab's web server answers at all; a refusal is an answer.
bool domain_answers(KerberosClient& client) {
  const auto end = client.ask_web("/reachable", {"--connect-timeout", "2"});
  return end.ok() || curl_cause(end.err) == std::string_view("ticket-refused");
}

void online(ScenarioContext& context) {
  forget_logons(context);
  prepare_for_logon(context);
  KerberosClient client(context);
  if (!client.log_on("logged-on-online")) return;
  keep_certificate(context);
}

/// pam_pkcs11 does not distinguish a certificate that was never used before from a revoked one.
std::string why_refused(ScenarioContext& context, std::string_view talk) {
  const std::string cause = pam_cause(talk);
  if (cause != "certificate-refused") return cause;
  std::ifstream file(kept_certificate(context.request.lab().user));
  const std::string kept((std::istreambuf_iterator<char>(file)), {});
  const auto [der, why] = read_certificate_by_pkcs11(context);
  return !der.empty() && kept == certificate_pem(der) ? "certificate-revoked" : "never-logged-on";
}

void own_logon(ScenarioContext& context) {
  const auto answer = ask_pam(context, log_on(context.request.lab().user), context.request.credential("pin"));
  if (answer.granted)
    context.checks.passed("logged-on-offline", "PAM lets the card's holder in without the domain");
  else
    context.checks.failed("logged-on-offline", why_refused(context, answer.talk), pam_says(answer));
}

void offline(ScenarioContext& context) {
  context.platform.require(SystemService::smart_card, context.deadline);
  require_rsa(context);
  // Nothing could come of it but another try of the PIN.
  if (!fs::exists(kept_certificate(context.request.lab().user)))
    throw StepFailure(CheckOutcome::blocked, "earlier-check",
                      "no logon succeeded while the domain was in reach");
  {
    KerberosClient client(context);
    if (domain_answers(client))
      return context.checks.failed("domain-out-of-reach", "network-not-cut",
                                   "the lab's web server still answers");
  }
  context.checks.passed("domain-out-of-reach", "the lab's web server does not answer");
  const PamTrust trust(context.request.lab(), context.deadline);
  own_logon(context);
  forget_pin(context);
  // Last, and only with a PIN that is right: a wrong one would be tried again.
  if (context.checks.good_so_far()) {
    check_refusal_of_other_user(context, "stranger-refused", log_on(context.request.lab().other_user),
                                "a user who never logged on with this card is let in");
    forget_pin(context);
  }
}

void restored(ScenarioContext& context) {
  forget_logons(context);
  context.platform.require(SystemService::network, context.deadline);
  if (!wait_for_link(context.deadline))
    return context.checks.failed("domain-in-reach-again", "no-network",
                                 "the network's link did not come back");
  KerberosClient client(context);
  if (domain_answers(client))
    context.checks.passed("domain-in-reach-again", "the lab's web server answers");
  else
    context.checks.failed("domain-in-reach-again", "no-network", "the lab's web server does not answer");
}

void run_cached_logon(ScenarioContext& context) {
  if (context.request.phase == "online") return online(context);
  if (context.request.phase == "offline") return offline(context);
  restored(context);
}

}  // namespace

/// Row 2's counterpart. Phase `online`: the user logs on to the domain with the card, and the card's
/// certificate is kept for later; `offline`, while the controller has cut the network: the same card logs on
/// without the domain, and a user who never logged on before is refused; `restored`: the domain can be
/// reached again, and nothing is kept any more.
AgentScenario cached_logon() {
  return {"cached-logon",
          {{"online", {"logged-on-online"}},
           {"offline", {"domain-out-of-reach", "stranger-refused", "logged-on-offline"}},
           {"restored", {"domain-in-reach-again"}}},
          run_cached_logon};
}

}  // namespace smx::agent
