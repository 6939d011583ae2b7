#include "scenarios/agent/linux/cached_logon.h"

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

std::vector<std::string> log_on(const std::string& user) {
  return {"/usr/bin/pamtester", "smx-logon", user, "authenticate", "acct_mgmt"};
}

/// What a logon to the domain leaves behind: the certificate that it was made with.
void keep_certificate(ScenarioContext& context) {
  const auto [der, talk] = read_certificate_by_pkcs11(context);
  if (der.empty())
    throw StepFailure(CheckOutcome::failed, pkcs11_cause(talk, "no-certificate"),
                      "pkcs11-tool reads no certificate: " + last_line(talk));
  const auto folder = cache_of(context.request.lab().user);
  std::error_code error;
  fs::create_directories(folder, error);
  std::ofstream file(folder / "authorized_certificates");
  file << certificate_pem(der);
  file.close();
  if (!file)
    throw StepFailure(CheckOutcome::blocked, "system-trouble", "cannot write into " + folder.string());
}

/// Whether the lab's web server answers at all; a refusal is an answer.
bool domain_answers(KerberosClient& client) {
  const auto end = client.ask_web("/reachable", {"--connect-timeout", "2"});
  return end.ok() || curl_cause(end.err) == std::string_view("ticket-refused");
}

void online(ScenarioContext& context) {
  prepare_for_logon(context);
  KerberosClient client(context);
  if (!client.log_on("logged-on-online")) return;
  keep_certificate(context);
}

void offline(ScenarioContext& context) {
  const auto& lab = context.request.lab();
  const auto& pin = context.request.credential("pin");
  context.platform.require(SystemService::smart_card, context.deadline);
  require_rsa(context);
  {
    KerberosClient client(context);
    if (domain_answers(client))
      return context.checks.failed("domain-out-of-reach", "network-not-cut",
                                   "the lab's web server still answers");
  }
  context.checks.passed("domain-out-of-reach", "the lab's web server does not answer");
  const PamTrust trust(lab, context.deadline);
  const auto stranger = ask_pam(context, log_on(lab.other_user), pin);
  forget_pin(context);
  if (stranger.granted)
    return context.checks.failed("stranger-refused", "granted-to-other-user",
                                 "somebody who never logged on with this card is let in");
  context.checks.passed("stranger-refused", pam_says(stranger));
  const auto answer = ask_pam(context, log_on(lab.user), pin);
  forget_pin(context);
  if (answer.granted)
    context.checks.passed("logged-on-offline", "PAM lets the card's holder in without the domain");
  else
    context.checks.failed("logged-on-offline", pam_cause(context, answer.talk), pam_says(answer));
}

void restored(ScenarioContext& context) {
  std::error_code ignored;  // what is not there need not be removed
  fs::remove_all(cache_of(context.request.lab().user), ignored);
  context.platform.require(SystemService::network, context.deadline);
  if (!wait_for_link(context.deadline))
    return context.checks.failed("domain-in-reach-again", "no-network", "the network's link did not come back");
  KerberosClient client(context);
  if (domain_answers(client))
    context.checks.passed("domain-in-reach-again", "the lab's web server answers");
  else
    context.checks.failed("domain-in-reach-again", "no-network", "the lab's web server does not answer");
}

void run(ScenarioContext& context) {
  if (context.request.phase == "online") return online(context);
  if (context.request.phase == "offline") return offline(context);
  restored(context);
}

}  // namespace

Scenario cached_logon() {
  return {"cached-logon",
          {{"online", {"logged-on-online"}},
           {"offline", {"domain-out-of-reach", "stranger-refused", "logged-on-offline"}},
           {"restored", {"domain-in-reach-again"}}},
          run};
}

}  // namespace smx::agent
