#include "scenarios/agent/core/agent_scenario.h"

#include <optional>

#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/net/negotiate.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/card_credential.h"
#include "scenarios/agent/windows/smartcard/minidriver.h"
#include "scenarios/agent/windows/win32/automation.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr const char* kEnrollmentUser = "enrollment-for-user";
constexpr const char* kBaseProvider = "Microsoft Base Smart Card Crypto Provider";
constexpr std::size_t kIssuedLimit = 16u << 10;

// certenroll.h (Microsoft, "Certificate Enrollment API").
constexpr long kKeyExchange = 1, kKeyLength = 2048, kEnrollmentUserContext = 1;
constexpr long kHashGroup = 1, kNoFlags = 0;
constexpr long kBase64Header = 0, kBase64RequestHeader = 3;
constexpr long kAllowUntrusted = 0x2 | 0x4;  // AllowUntrustedCertificate, AllowUntrustedRoot

std::vector<std::string> checks() {
  return {"ticket-obtained",     "key-generated",     "request-signed", "certificate-issued",
          "certificate-written", "logged-on-with-it", "ticket-used"};
}

/// CertEnroll's objects for one key and its request.
class Enrollment {
 public:
  explicit Enrollment(const Pin& pin) {
    key_.put("ProviderName", Variant(std::string(kBaseProvider)));
    key_.put("KeySpec", Variant(kKeyExchange));
    key_.put("Length", Variant(kKeyLength));
    key_.put("Silent", Variant(true));
    key_.put("Pin", Variant(std::string(pin.reveal())));
  }
  /// The key that was made is deleted from the card, since it is not used any more.
  ~Enrollment() {
    if (!made_) return;
    try {
      key_.call("Delete");
    } catch (const HResult&) {
      // The controller puts the card back as it was, whatever is on it.
    }
  }
  Enrollment(const Enrollment&) = delete;
  Enrollment& operator=(const Enrollment&) = delete;

  std::string make_key() {
    key_.call("Create");
    made_ = true;
    return key_.property("ContainerName").text();
  }

  /// A PKCS#10 request in PEM, signed by the new key.
  std::string make_request(const std::string& common_name) {
    const Variant context(kEnrollmentUserContext), key(key_.get()), no_template{std::string()};
    request_.call("InitializeFromPrivateKey", {&context, &key, &no_template});
    ComObject name("X509Enrollment.CX500DistinguishedName"), hash("X509Enrollment.CObjectId");
    const Variant text("CN=" + common_name), flags(kNoFlags);
    name.call("Encode", {&text, &flags});
    request_.put("Subject", Variant(name.get()));
    const Variant group(kHashGroup), sha256(std::string("SHA256"));
    hash.call("InitializeFromAlgorithmName", {&group, &flags, &flags, &sha256});
    request_.put("HashAlgorithm", Variant(hash.get()));
    const Variant request(request_.get()), encoding(kBase64RequestHeader);
    enrollment_.call("InitializeFromRequest", {&request});
    return enrollment_.call("CreateRequest", {&encoding}).text();
  }

  void install(const std::string& pem) {
    const Variant restrictions(kAllowUntrusted), response(pem), encoding(kBase64Header),
        no_password{std::string()};
    enrollment_.call("InstallResponse", {&restrictions, &response, &encoding, &no_password});
  }

 private:
  ComObject key_{"X509Enrollment.CX509PrivateKey"}, request_{"X509Enrollment.CX509CertificateRequestPkcs10"},
      enrollment_{"X509Enrollment.CX509Enrollment"};
  bool made_ = false;
};

/// Taken out of the Personal store with this object.
struct InstalledCertificate {
  explicit InstalledCertificate(Bytes der) : der_(std::move(der)) {}
  ~InstalledCertificate() {
    auto found = personal_store().find(der_);
    if (found) CertDeleteCertificateFromStore(found.release());  // frees it too
  }
  InstalledCertificate(const InstalledCertificate&) = delete;
  InstalledCertificate& operator=(const InstalledCertificate&) = delete;

 private:
  Bytes der_;
};

std::string certificate_in(const std::string& answer) {
  const auto begin = answer.find("-----BEGIN CERTIFICATE-----");
  const auto pem = begin == std::string::npos ? std::string() : answer.substr(begin);
  if (answer.find(" 200 ") != 8 || pem.size() > kIssuedLimit || der_of_pem(pem).empty())
    throw StepFailure(CheckOutcome::failed, "no-certificate", "the authority's answer is not a certificate");
  return pem;
}

void enroll(ScenarioContext& context, Enrollment& enrollment) {
  const auto& lab = context.request.lab();
  const auto& pin = context.request.credential("pin");
  const auto& nonce = context.request.nonce;
  const CardCredential old(context);
  const Identity as_before{old.user_name(), pin};
  ask_web_by_ticket(lab, "/reachable", &as_before, context.deadline);
  context.checks.passed("ticket-obtained", "Kerberos gave a ticket for HTTP/" + lab.web.name);
  context.details.set({"container"}, enrollment.make_key());
  context.checks.passed("key-generated", "the card made an RSA key of 2048 bits");
  const auto request = enrollment.make_request(lab.user);
  context.checks.passed("request-signed", "a PKCS#10 request, signed by the card");
  const auto pem =
      certificate_in(ask_web_by_ticket(lab, "/enrol/" + nonce, &as_before, context.deadline, request));
  context.details.set({"certificate_pem"}, pem);
  context.checks.passed("certificate-issued", "the authority certified the card's key");
  const auto der = der_of_pem(pem);
  enrollment.install(pem);
  const InstalledCertificate installed(der);
  context.checks.passed("certificate-written", "the card took the certificate");
  const Identity as_new{marshalled_certificate(der), pin};
  const auto token =
      token_of_answer(ask_web_by_ticket(lab, "/" + nonce + "-enrolled", &as_new, context.deadline));
  context.checks.passed("logged-on-with-it", "Kerberos gave a ticket for the new certificate");
  context.details.set({"token"}, token);
  if (token.empty())
    context.checks.failed("ticket-used", "ticket-refused", "the web server gave no token for the ticket");
  else
    context.checks.passed("ticket-used", "the web server took the ticket");
}

void enroll_for_user(ScenarioContext& context) {
  const Automation com;
  try {
    Enrollment enrollment(context.request.credential("pin"));
    enroll(context, enrollment);
  } catch (const HResult& refusal) {
    throw StepFailure(CheckOutcome::failed, provider_cause(refusal.code, "card-refused"),
                      refusal.where + ": " + error_text(refusal.code));
  }
}

/// Whether the card can be written, in its minidriver's words.
void require_writable_card(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  const auto status = cards->status(reader);
  if (!status.card) throw StepFailure(CheckOutcome::failed, "no-card", "the reader is empty");
  Minidriver driver(reader, status.atr);
  context.details.set({"minidriver"}, driver.library());
  if (driver.is_read_only())
    throw StepFailure(CheckOutcome::not_applicable, "read-only-card",
                      "the card's minidriver says that it cannot be written", true);
}

void run_smart_card_enrollment(ScenarioContext& context) {
  context.request.lab();
  require_administrator();
  context.platform.require(SystemService::network, context.deadline);
  require_writable_card(context);
  run_in_session(context, kEnrollmentUser, "main");
}

}  // namespace

/// Row 14: in the console user's session, CertEnroll has the card make a key (through the Microsoft Base
/// Smart Card Crypto Provider, with the PIN given to it), the lab's authority certifies it in exchange for a
/// ticket of the card's old certificate, CertEnroll writes the certificate to the card, and the new one
/// obtains a ticket. Cards that their minidriver says cannot be written are not applicable. The new key is
/// deleted again, and its certificate taken out of the user's store.
AgentScenario smart_card_enrollment() {
  return {"smart-card-enrollment", {{"main", checks()}}, run_smart_card_enrollment};
}

/// The user's half.
AgentScenario enrollment_for_user() {
  return {kEnrollmentUser, {{"main", checks()}}, enroll_for_user};
}

}  // namespace smx::agent
