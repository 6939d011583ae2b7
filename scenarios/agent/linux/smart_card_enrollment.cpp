#include "scenarios/agent/core/agent_scenario.h"

#include <functional>

#include "scenarios/agent/card/piv_client.h"
#include "scenarios/agent/linux/kerberos.h"
#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

constexpr const char* kPkcs15Init = "/usr/bin/pkcs15-init";
constexpr std::size_t kIssuedLimit = 16u << 10;
/// openssl wants one, and the guest's own has nothing to do with this.
constexpr const char* kRequestConfig = "[req]\ndistinguished_name = name\n[name]\n";

void expect_ok(StatusWord sw, const char* what) {
  if (!sw.ok())
    throw StepFailure(CheckOutcome::failed, "wrong-status",
                      std::string("the card does not ") + what + ": " + describe(sw));
}

/// The card's side: where the new key is, and how it and its certificate get there.
class Enrollee {
 public:
  explicit Enrollee(ScenarioContext& context) : context_(context) {}
  virtual ~Enrollee() = default;
  /// OpenSC's id of the new key.
  virtual std::string id() const = 0;
  virtual void make_key() = 0;
  virtual void write_certificate(const std::string& pem, const PrivateFolder& folder) = 0;
  /// For those who use the new key while it has no certificate.
  virtual std::map<std::string, std::string> environment(const PrivateFolder& folder) const = 0;

 protected:
  ScenarioContext& context_;
};

/// The authentication key anew, by the card management key.
class PivEnrollee : public Enrollee {
 public:
  using Enrollee::Enrollee;
  std::string id() const override { return authentication_id(CardApplication::piv); }

  void make_key() override {
    manage([this](PivClient& piv) {
      public_key_ = piv.generate_rsa2048(kKey);
      // The old certificate is another key's, and OpenSC would take its word.
      expect_ok(piv.put_certificate(kObject, {}), "take the old certificate away");
    });
  }

  void write_certificate(const std::string& pem, const PrivateFolder&) override {
    manage([&](PivClient& piv) {
      expect_ok(piv.put_certificate(kObject, der_of_pem(pem)), "take the certificate");
    });
  }

  std::map<std::string, std::string> environment(const PrivateFolder& folder) const override {
    auto env = opensc_environment(CardApplication::piv);
    // A PIV card gives no public key but in a certificate; OpenSC takes it from here while there is none.
    env["PIV_9A_KEY"] = folder.file("public.der", to_text(public_key_));
    return env;
  }

 private:
  static constexpr std::uint8_t kKey = 0x9a;
  static constexpr std::uint32_t kObject = 0x5fc105;

  void manage(const std::function<void(PivClient&)>& change) {
    const auto cards = context_.platform.smart_cards(context_.deadline);
    const auto card = cards->connect(first_reader(*cards, context_.deadline));
    PivClient piv(*card);
    start_afresh(*card, piv);
    expect_ok(piv.authenticate_administrator(context_.request.credential("management_key")),
              "take the management key");
    change(piv);
  }

  Bytes public_key_;
};

/// A second container, by the PIN alone.
class GidsEnrollee : public Enrollee {
 public:
  using Enrollee::Enrollee;
  std::string id() const override { return "01"; }

  void make_key() override {
    run({"--generate-key", "rsa:2048", "--id", id(), "--label", "Enrolled"}, "makes no key");
  }

  void write_certificate(const std::string& pem, const PrivateFolder& folder) override {
    run({"--store-certificate", folder.file("new.pem", pem), "--id", id(), "--label", "Enrolled"},
        "stores no certificate");
  }

  std::map<std::string, std::string> environment(const PrivateFolder&) const override {
    return opensc_environment(CardApplication::gids);
  }

 private:
  void run(const std::vector<std::string>& arguments, const char* what) {
    Child child;
    // The PIN by the environment, which only this user and root can read.
    child.argv = {kPkcs15Init, "--verify-pin", "--auth-id", "80", "--pin", "env:SMX_PIN"};
    child.argv.insert(child.argv.end(), arguments.begin(), arguments.end());
    child.env = opensc_environment(CardApplication::gids);
    child.env["SMX_PIN"] = context_.request.credential("pin").reveal();
    child.limit = context_.deadline.remaining();
    const auto end = run_child(child);
    if (!end.ok())
      throw StepFailure(CheckOutcome::failed, pkcs11_cause(end.err, "card-refused"),
                        std::string("pkcs15-init ") + what + ": " + last_line(end.err));
  }
};

/// A PKCS#10 request for the lab's user, signed by the card's new key.
std::string request_for(ScenarioContext& context, const Enrollee& card, const PrivateFolder& folder) {
  const MemoryFile pin(context.request.credential("pin").reveal()), config(kRequestConfig);
  Child child;
  child.argv = {kOpenssl,   "req",
                "-new",     "-sha256",
                "-config",  config.path(),
                "-subj",    "/CN=" + context.request.lab().user,
                "-engine",  "pkcs11",
                "-keyform", "engine",
                "-key",     "pkcs11:id=%" + card.id() + ";type=private;pin-source=file:" + pin.path()};
  child.env = card.environment(folder);
  child.env["PKCS11_MODULE_PATH"] = kPkcs11Module;
  child.limit = context.deadline.remaining();
  const auto end = run_child(child);
  const auto begin = end.out.find("-----BEGIN CERTIFICATE REQUEST-----");
  if (!end.ok() || begin == std::string::npos)
    throw StepFailure(CheckOutcome::failed, pkcs11_cause(end.err, "no-request"),
                      "openssl makes no request: " + last_line(end.err));
  return end.out.substr(begin);
}

std::string certificate_for(ScenarioContext& context, KerberosClient& client, const std::string& request) {
  const auto file = client.folder().file("request.pem", request);
  const auto end = client.ask_web("/enrol/" + context.request.nonce, {"--data-binary", "@" + file, "--header",
                                                                      "Content-Type: application/pkcs10"});
  if (!end.ok())
    throw StepFailure(CheckOutcome::failed, end.timed_out ? "no-answer" : curl_cause(end.err),
                      "curl: " + last_line(end.err));
  if (end.out.size() > kIssuedLimit || der_of_pem(end.out).empty())
    throw StepFailure(CheckOutcome::failed, "no-certificate", "the authority's answer is not a certificate");
  return end.out;
}

void enroll(ScenarioContext& context, Enrollee& card) {
  KerberosClient client(context);
  if (!client.log_on("ticket-obtained")) return;
  card.make_key();
  context.checks.passed("key-generated", "the card made an RSA key of 2048 bits");
  const auto request = request_for(context, card, client.folder());
  context.checks.passed("request-signed", "a PKCS#10 request, signed by the card");
  const auto certificate = certificate_for(context, client, request);
  context.details.set({"certificate_pem"}, certificate);
  context.checks.passed("certificate-issued", "the authority certified the card's key");
  card.write_certificate(certificate, client.folder());
  context.checks.passed("certificate-written", "the card took the certificate");
  if (client.log_on("logged-on-with-it", card.id()))
    client.use_ticket("ticket-used", "/" + context.request.nonce + "-enrolled");
}

void run_smart_card_enrollment(ScenarioContext& context) {
  prepare_for_logon(context);
  if (context.request.application == CardApplication::gids) {
    GidsEnrollee card(context);
    return enroll(context, card);
  }
  if (context.request.optional_credential("management_key") == nullptr)
    throw StepFailure(CheckOutcome::not_applicable, "no-management-key",
                      "the card can only be managed by a key that this agent was not given (3DES)", true);
  PivEnrollee card(context);
  enroll(context, card);
}

}  // namespace

/// Row 14: the card makes a new key, its holder (by a ticket that the old one obtained) has the lab's
/// authority certify it, the certificate is written to the card, and the holder logs on with it. A PIV card's
/// authentication key is replaced, a GIDS card gets a second one; the controller puts the card back.
/// Details: `certificate_pem`, what was issued; `token`, what the web server answered to `GET
/// /NONCE-enrolled`.
AgentScenario smart_card_enrollment() {
  return {"smart-card-enrollment",
          {{"main",
            {"ticket-obtained", "key-generated", "request-signed", "certificate-issued",
             "certificate-written", "logged-on-with-it", "ticket-used"}}},
          run_smart_card_enrollment};
}

}  // namespace smx::agent
