#include "scenarios/agent/linux/certutil_scinfo.h"

#include <algorithm>
#include <cctype>

#include "scenarios/agent/linux/child.h"
#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

/// What is signed: the verifier builds the same text. The words before the nonce keep the signature from
/// being one over anything else.
constexpr const char* kChallenge = "safemode-matrix certutil-scinfo ";

ChildEnd run_tool(ScenarioContext& context, std::vector<std::string> argv,
                  std::map<std::string, std::string> env) {
  env.merge(opensc_environment(context.request.application));
  auto end = run_child({std::move(argv), std::move(env), "", context.deadline.remaining()});
  if (end.timed_out) throw StepFailure(CheckOutcome::failed, "no-answer", "OpenSC did not end in time");
  return end;
}

bool list_reader(ScenarioContext& context) {
  const auto end = run_tool(context, {kOpenscTool, "--list-readers"}, {});
  const auto reader = parse_reader(end.out);
  context.details.set({"reader"}, reader);
  if (!end.ok() || reader.empty()) {
    const auto why = last_line(end.err.empty() ? end.out : end.err);
    context.checks.failed("reader-listed", "no-reader", "opensc-tool lists no reader: " + why);
    return false;
  }
  context.checks.passed("reader-listed", reader);
  return true;
}

bool read_atr(ScenarioContext& context) {
  const auto end = run_tool(context, {kOpenscTool, "--atr"}, {});
  const auto atr = parse_atr(end.out);
  context.details.set({"atr"}, hex(atr));
  if (!end.ok() || atr.empty()) {
    context.checks.failed("atr-read", pkcs11_cause(end.err, "no-card"),
                          "opensc-tool reads no ATR: " + last_line(end.err));
    return false;
  }
  if (!context.request.atr.empty() && atr != context.request.atr) {
    context.checks.failed("atr-read", "other-card",
                          "ATR " + hex(atr) + ", expected was " + hex(context.request.atr));
    return false;
  }
  context.checks.passed("atr-read", "ATR " + hex(atr));
  return true;
}

Bytes read_certificate(ScenarioContext& context) {
  const auto [der, talk] = read_certificate_by_pkcs11(context);
  if (der.empty()) {
    context.checks.failed("certificate-read", pkcs11_cause(talk, "no-certificate"),
                          "pkcs11-tool reads no certificate: " + last_line(talk));
    return {};
  }
  const auto pem = certificate_pem(der);
  context.details.set({"certificate_pem"}, pem);
  context.checks.passed("certificate-read",
                        std::to_string(der.size()) + " bytes, the authentication certificate");
  return der;
}

void sign(ScenarioContext& context, const Bytes& certificate) {
  const auto challenge = kChallenge + context.request.nonce;
  const MemoryFile input(challenge);
  const auto mechanism = signature_mechanism(certificate);
  // By the environment, which only this user and root can read, since every user can read the command line.
  const auto end = run_tool(context,
                            pkcs11_tool(context.request.application,
                                        {"--sign", "--mechanism", mechanism, "--signature-format", "openssl",
                                         "--login", "--pin", "env:SMX_PIN", "--input-file", input.path()}),
                            {{"SMX_PIN", std::string(context.request.credential("pin").reveal())}});
  if (!end.ok() || end.out.empty()) {
    context.checks.failed("signature-made", pkcs11_cause(end.err, "no-signature"),
                          "pkcs11-tool makes no signature: " + last_line(end.err));
    return;
  }
  context.details.set({"signature"}, base64(to_bytes(end.out)));
  context.details.set({"signed_bytes"}, base64(to_bytes(challenge)));
  context.details.set({"mechanism"}, mechanism);
  context.checks.passed("signature-made", mechanism + ", " + std::to_string(end.out.size()) + " bytes");
}

void run_certutil_scinfo(ScenarioContext& context) {
  // OpenSC's programs do not tell a service that does not run from a reader that is not there, so the service
  // is asked first.
  context.platform.smart_cards(context.deadline);
  if (!list_reader(context) || !read_atr(context)) return;
  const auto certificate = read_certificate(context);
  if (!certificate.empty()) sign(context, certificate);
}

}  // namespace

Bytes parse_atr(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ':' && std::isspace(static_cast<unsigned char>(c)) == 0) digits.push_back(c);
  return unhex(digits).value_or(Bytes{});
}

// # Detected readers (pcsc)
// Nr.  Card  Features  Name
// 0    Yes   PIN pad   QEMU USB CCID 00 00
std::string parse_reader(std::string_view text) {
  std::size_t column = std::string_view::npos;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with("Nr."))
      column = line.find("Name");
    else if (column < line.size() && std::isdigit(static_cast<unsigned char>(line[0])) != 0)
      return std::string(line.substr(column));
  }
  return {};
}

std::string signature_mechanism(const Bytes& certificate) {
  return has_curve_key(certificate) ? "ECDSA-SHA256" : "SHA256-RSA-PKCS";
}

/// Row 13: what `certutil -scinfo` does, by OpenSC's programs: lists the readers, reads the ATR and the
/// certificate, has the card sign a challenge made of the nonce. The controller verifies the signature for
/// itself.
AgentScenario certutil_scinfo() {
  return {"certutil-scinfo",
          {{"main", {"reader-listed", "atr-read", "certificate-read", "signature-made"}}},
          run_certutil_scinfo};
}

}  // namespace smx::agent
