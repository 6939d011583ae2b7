#include "scenarios/agent/linux/kerberos.h"

#include <array>
#include <utility>

#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

constexpr std::size_t kKinitTalkLimit = 8000, kWebTokenLimit = 64;

using Words = std::pair<std::string_view, const char*>;

template <std::size_t N>
const char* cause_in(std::string_view talk, const std::array<Words, N>& words, const char* otherwise) {
  for (const auto& [word, cause] : words)
    if (talk.find(word) != std::string_view::npos) return cause;
  return otherwise;
}

}  // namespace

std::string krb5_conf(const Lab& lab, const std::string& anchors) {
  // Nothing is asked of DNS, and nothing but TCP leads out of QEMU's user network to the host's loopback.
  return "[libdefaults]\n default_realm = " + lab.realm +
         "\n dns_lookup_kdc = false\n dns_lookup_realm = false\n dns_canonicalize_hostname = false\n"
         " rdns = false\n udp_preference_limit = 1\n"
         "[realms]\n " +
         lab.realm + " = {\n  kdc = " + lab.kdc.host + ":" + std::to_string(lab.kdc.port) +
         "\n  pkinit_anchors = FILE:" + anchors + "\n  pkinit_kdc_hostname = " + lab.kdc.name +
         "\n  pkinit_eku_checking = kpKDC\n }\n[domain_realm]\n ." + lab.domain + " = " + lab.realm + "\n " +
         lab.domain + " = " + lab.realm + "\n";
}

KerberosClient::KerberosClient(ScenarioContext& context)
    : context_(context), folder_(context.platform.run_folder()) {
  const auto& lab = context.request.lab();
  const auto anchors = folder_.file("anchors.pem", lab.ca_pem);
  env_ = opensc_environment(context.request.application);
  env_["KRB5_CONFIG"] = folder_.file("krb5.conf", krb5_conf(lab, anchors));
  env_["KRB5CCNAME"] = "FILE:" + folder_.path() + "/tickets";
  // kinit itself does not tell a wrong PIN from a card that is not there.
  env_["KRB5_TRACE"] = "/proc/self/fd/2";
}

ChildEnd KerberosClient::run(std::vector<std::string> argv, std::string input) {
  return run_child({std::move(argv), env_, std::move(input), context_.deadline.remaining()});
}

bool KerberosClient::log_on(std::string_view check) {
  return log_on(check, authentication_id(context_.request.application));
}

bool KerberosClient::log_on(std::string_view check, std::string_view key_id) {
  const auto& lab = context_.request.lab();
  const auto& pin = context_.request.credential("pin");
  const auto identity = std::string("X509_user_identity=PKCS11:module_name=") + kPkcs11Module +
                        ":certid=" + std::string(key_id);
  const auto end = run({kKinit, "-X", identity, lab.user}, std::string(pin.reveal()) + "\n");
  context_.details.set({"kinit"}, end.err.substr(0, kKinitTalkLimit));
  const auto who = end.ok() ? principal() : "";
  const auto expected = lab.user + "@" + lab.realm;
  if (end.timed_out)
    context_.checks.failed(check, "no-answer", "kinit did not end in time");
  else if (!end.ok())
    context_.checks.failed(check, kinit_cause(end.err), "kinit: " + last_line(end.err));
  else if (who != expected)
    context_.checks.failed(check, "other-principal", "the ticket is of \"" + who + "\", not of " + expected);
  else
    context_.checks.passed(check, "a ticket for " + who);
  return end.ok() && who == expected;
}

std::string KerberosClient::principal() {
  static constexpr std::string_view kLine = "Default principal: ";
  const auto end = run({kKlist});
  const auto at = end.out.find(kLine);
  if (!end.ok() || at == std::string::npos) return {};
  const auto begin = at + kLine.size();
  return end.out.substr(begin, end.out.find('\n', begin) - begin);
}

ChildEnd KerberosClient::ask_web(const std::string& path, const std::vector<std::string>& more) {
  const auto& web = context_.request.lab().web;
  const auto port = std::to_string(web.port);
  std::vector<std::string> argv{kCurl,    "--silent",    "--show-error",
                                "--fail", "--negotiate", "--user",
                                ":",      "--resolve",   web.name + ":" + port + ":" + web.host};
  argv.insert(argv.end(), more.begin(), more.end());
  argv.push_back("http://" + web.name + ":" + port + path);
  return run(std::move(argv));
}

bool KerberosClient::use_ticket(std::string_view check, const std::string& path) {
  const auto end = ask_web(path);
  if (end.timed_out)
    context_.checks.failed(check, "no-answer", "curl did not end in time");
  else if (!end.ok())
    context_.checks.failed(check, curl_cause(end.err), "curl: " + last_line(end.err));
  else
    context_.checks.passed(check, "the web server took the ticket and answered with its token");
  if (!end.timed_out && end.ok()) context_.details.set({"token"}, end.out.substr(0, kWebTokenLimit));
  return !end.timed_out && end.ok();
}

void require_rsa(const ScenarioContext& context) {
  if (!has_curve_key(der_of_pem(context.request.certificate_pem))) return;
  throw StepFailure(CheckOutcome::not_applicable, "rsa-only",
                    "MIT Kerberos logs on with RSA keys only, and this card's is one of an elliptic curve",
                    true);
}

void prepare_for_logon(ScenarioContext& context) {
  context.platform.require(SystemService::network, context.deadline);
  // OpenSC does not tell a service that does not run from a reader that is not there.
  const auto cards = context.platform.smart_cards(context.deadline);
  first_reader(*cards, context.deadline);
  require_rsa(context);
}

const char* kinit_cause(std::string_view talk) {
  // What libkrb5's trace says of the card (pkinit_trace.h); kinit's own last line is the same for all of
  // them.
  static constexpr std::array<Words, 4> kCard{{
      {"C_Login failed", kLoginFailed.data()},
      {"no slots with tokens", "no-card"},
      {"no matching tokens", "no-card"},
      {"Failed to open", "no-card"},
  }};
  static constexpr std::array<Words, 13> kWords{{
      {"Network is unreachable", "no-network"},
      {"Cannot contact any KDC", "no-kdc"},
      {"Cannot find KDC", "no-kdc"},
      {"Clock skew", "clock"},
      {"Client name mismatch", "other-users-certificate"},
      {"not found in Kerberos database", "no-such-user"},
      {"Revoked certificate", "certificate-revoked"},
      {"has expired", "certificate-expired"},
      {"not yet valid", "certificate-not-yet-valid"},
      {"local issuer certificate", "certificate-not-trusted"},
      {"self-signed certificate", "certificate-not-trusted"},
      {"certificate", "certificate-refused"},
      {"KDC name", "kdc-not-trusted"},
  }};
  const char* card = cause_in(talk, kCard, nullptr);
  return card != nullptr ? card : cause_in(last_line(talk), kWords, "logon-refused");
}

const char* curl_cause(std::string_view talk) {
  static constexpr std::array<Words, 5> kWords{{
      {"unreachable", "no-network"},
      {"Failed to connect", "no-server"},
      {"Connection refused", "no-server"},
      {"timed out", "no-answer"},
      {"401", "ticket-refused"},
  }};
  return cause_in(talk, kWords, "no-server");
}

}  // namespace smx::agent
