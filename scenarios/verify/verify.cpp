#include "scenarios/verify/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "scenarios/verify/card_checks.h"
#include "scenarios/verify/lab_checks.h"
#include "scenarios/verify/tls_checks.h"

namespace smx::verify {

const std::vector<Verifier>& verifiers() {
  static const std::vector<Verifier> all = {
      {"card-restored", {"card-restored", "card-saw-change-and-block"}, card_restored},
      {"card-signed", {"card-signed"}, card_signed},
      {"card-signed-by-both", {"card-signed-by-both"}, card_signed_by_both},
      {"enrolment", {"card-made-key", "authority-issued-it", "service-saw-new-certificate"}, enrolled},
      {"kdc-log", {"kdc-saw-card-certificate"}, kdc_saw_card},
      {"propagated-certificate", {"certificate-is-the-cards"}, propagated_certificate},
      {"signature", {"signature-verified"}, signature_verified},
      {"tls-server-log", {"server-saw-card-certificate"}, server_saw_certificate},
      {"web-log", {"service-saw-card-holder"}, service_saw_holder},
  };
  return all;
}

std::map<std::string, std::vector<std::string>> checks_of_verifiers() {
  std::map<std::string, std::vector<std::string>> checks;
  for (const auto& verifier : verifiers()) checks[verifier.name] = verifier.checks;
  return checks;
}

std::vector<Check> verify(const std::string& verifier, const nlohmann::json& details,
                          const VerifyContext& context) {
  const auto& all = verifiers();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Verifier& v) { return v.name == verifier; });
  if (found == all.end())
    throw Error(ErrorKind::internal,
                fmt::format("the catalogue names the verifier \"{}\", which scenarios/verify does not have",
                            verifier));
  return found->function(details, context);
}

}  // namespace smx::verify
