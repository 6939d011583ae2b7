#include "scenarios/agent/linux/opensc.h"

#include <array>
#include <utility>

#include "scenarios/agent/linux/child.h"

namespace smx::agent {

const char* authentication_id(CardApplication application) {
  return application == CardApplication::gids ? "00" : "01";
}

std::map<std::string, std::string> opensc_environment(CardApplication application) {
  return {{"OPENSC_DRIVERS", application == CardApplication::gids ? "gids" : "PIV-II"}};
}

std::vector<std::string> pkcs11_tool(CardApplication application, const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{kPkcs11Tool, "--module", kPkcs11Module, "--id",
                                authentication_id(application)};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

bool lists_rsa_pss(std::string_view mechanisms) {
  return mechanisms.find("RSA-PKCS-PSS,") != std::string_view::npos ||
         mechanisms.find("RSA-X-509,") != std::string_view::npos;
}

ReadCertificate read_certificate_by_pkcs11(ScenarioContext& context) {
  const auto application = context.request.application;
  const auto end = run_child({pkcs11_tool(application, {"--read-object", "--type", "cert"}),
                              opensc_environment(application), "", context.deadline.remaining()});
  if (end.timed_out) throw StepFailure(CheckOutcome::failed, "no-answer", "OpenSC did not end in time");
  const Bytes der = to_bytes(end.out);
  if (!end.ok() || der.size() < 4 || der[0] != 0x30) return {{}, end.err};
  return {der, end.err};
}

const char* pkcs11_cause(std::string_view talk, const char* otherwise) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 9> kWords{{
      {"CKR_PIN_", "pkcs11-login-failed"},
      {"Login failed", "pkcs11-login-failed"},
      {"PIN incorrect", "pkcs11-login-failed"},
      {"PIN is locked", "pkcs11-login-failed"},
      {"CKR_TOKEN_NOT_PRESENT", "no-card"},
      {"No slot with a token", "no-card"},
      {"No slots", "no-reader"},
      {"No smart card readers", "no-reader"},
      {"no matching key", "no-key"},
  }};
  for (const auto& [word, cause] : kWords)
    if (talk.find(word) != std::string_view::npos) return cause;
  return otherwise;
}

std::string last_line(std::string_view talk) {
  while (!talk.empty() && (talk.back() == '\n' || talk.back() == '\r' || talk.back() == ' '))
    talk.remove_suffix(1);
  const auto begin = talk.rfind('\n');
  if (begin != std::string_view::npos) talk.remove_prefix(begin + 1);
  return std::string(talk.substr(0, 300));
}

}  // namespace smx::agent
