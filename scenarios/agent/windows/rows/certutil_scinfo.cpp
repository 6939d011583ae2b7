#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/rows/scinfo_output.h"
#include "scenarios/agent/windows/smartcard/card_signer.h"
#include "scenarios/agent/windows/smartcard/provider_key.h"
#include "scenarios/agent/windows/win32/child.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/hashes.h"

namespace smx::agent {
namespace {

/// What is signed: the verifier builds the same text. The words before the nonce keep the signature from
/// being one over anything else.
constexpr const char* kChallenge = "safemode-matrix certutil-scinfo ";
constexpr std::size_t kOutputShown = 16u << 10;
/// certutil talks to the card twice over, for each provider; a third of the time is left for the rest.
constexpr int kCommandShare = 3;

/// What the command printed; "" where there is none that could.
std::string run_command(ScenarioContext& context) {
  Child child;
  child.argv = {system_folder() + "\\certutil.exe", "-scinfo", "-silent"};
  child.limit = context.deadline.remaining() * 2 / kCommandShare;
  auto end = run_child(child);
  context.details.set({"certutil", "exit_code"}, std::int64_t{end.exit_code});
  context.details.set({"certutil", "output"}, end.out.substr(0, kOutputShown));
  if (end.timed_out)
    throw StepFailure(CheckOutcome::failed, "no-answer", "certutil -scinfo did not end in time");
  return end.out;
}

bool read_atr(ScenarioContext& context, SmartCards& cards, const std::string& reader) {
  const auto status = cards.status(reader);
  context.details.set({"atr"}, hex(status.atr));
  if (!status.card)
    context.checks.failed("atr-read", "no-card", "the reader is empty");
  else if (status.atr.empty())
    context.checks.failed("atr-read", "card-mute", "the card in the reader does not answer");
  else if (!context.request.atr.empty() && status.atr != context.request.atr)
    context.checks.failed("atr-read", "other-card",
                          "ATR " + hex(status.atr) + ", expected was " + hex(context.request.atr));
  else
    context.checks.passed("atr-read", "ATR " + hex(status.atr));
  return context.checks.good_so_far();
}

void certificate_found(ScenarioContext& context, const Bytes& der) {
  context.details.set({"certificate_pem"}, certificate_pem(der));
  context.checks.passed("certificate-read",
                        std::to_string(der.size()) + " bytes, the authentication certificate");
}

void signature_found(ScenarioContext& context, const Bytes& signature, const Bytes& certificate) {
  const auto mechanism = has_curve_key(certificate) ? "ECDSA-SHA256" : "SHA256-RSA-PKCS";
  context.details.set({"signature"}, base64(signature));
  context.details.set({"signed_bytes"}, base64(to_bytes(kChallenge + context.request.nonce)));
  context.details.set({"mechanism"}, mechanism);
  context.checks.passed("signature-made",
                        std::string(mechanism) + ", " + std::to_string(signature.size()) + " bytes");
}

Bytes challenge_digest(const ScenarioContext& context) {
  return sha256(to_bytes(kChallenge + context.request.nonce));
}

void by_provider(ScenarioContext& context, const std::string& reader, const std::string& output) {
  context.details.set({"route"}, "provider");
  ProviderKey key(reader, der_of_pem(context.request.certificate_pem));
  context.details.set({"container"}, key.container());
  // The certificate's hash is SHA-1 in every certutil.
  if (!names_bytes(output, sha1(key.certificate()))) {
    context.details.set({"certificate_pem"}, certificate_pem(key.certificate()));
    return context.checks.failed(
        "certificate-read", "not-in-output",
        "the provider has the card's certificate, but certutil -scinfo does not show "
        "its SHA-1 hash");
  }
  certificate_found(context, key.certificate());
  key.set_pin(context.request.credential("pin"));
  signature_found(context, key.sign(challenge_digest(context)), key.certificate());
}

void sign_by_commands(ScenarioContext& context, SmartCards& cards, const std::string& reader) {
  context.details.set({"route"}, "winscard");
  const auto card = cards.connect(reader);
  const auto signer = open_card_signer(*card, context.request.application);
  signer->start_afresh();
  const auto certificate = signer->certificate();
  certificate_found(context, certificate);
  const auto verified = signer->verify(context.request.credential("pin"));
  if (!verified.ok())
    throw StepFailure(CheckOutcome::failed, verified.blocked() ? "pin-blocked" : "wrong-pin",
                      "the card refuses the PIN: " + describe(verified));
  const auto signature = signer->sign(challenge_digest(context), certificate);
  signer->start_afresh();  // no verified PIN is left behind
  signature_found(context, signature, certificate);
}

void run_certutil_scinfo(ScenarioContext& context) {
  require_administrator();
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  context.details.set({"reader"}, reader);
  const bool provider = has_smart_card_provider();
  const auto output = provider ? run_command(context) : std::string();
  if (provider && !names_text(output, reader))
    return context.checks.failed("reader-listed", "not-in-output",
                                 "certutil -scinfo does not name the reader " + reader);
  context.checks.passed("reader-listed", reader);
  if (!read_atr(context, *cards, reader)) return;
  if (provider) return by_provider(context, reader, output);
  sign_by_commands(context, *cards, reader);
}

}  // namespace

/// Row 13: `certutil -scinfo -silent` must name the reader and the card's certificate, and the same is done
/// by the functions that it stands on: the reader and the ATR by PC/SC, the certificate and a signature over
/// a challenge made of the nonce by the smart card key storage provider. The controller verifies the
/// signature for itself. Where the system has no such provider (Wine, whose certutil is empty too) the card
/// is asked by commands of its own; detail `route` says which: "provider" or "winscard".
AgentScenario certutil_scinfo() {
  return {"certutil-scinfo",
          {{"main", {"reader-listed", "atr-read", "certificate-read", "signature-made"}}},
          run_certutil_scinfo};
}

}  // namespace smx::agent
