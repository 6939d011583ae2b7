#include "scenarios/agent/core/agent_scenario.h"

#include <array>

#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/windows/net/tls_by_schannel.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/client_certificate.h"
#include "scenarios/agent/windows/win32/hashes.h"

namespace smx::agent {
namespace {

struct Version {
  const char* check;
  const char* key;  ///< in the details and the request's path
  TlsVersion version;
  const char* name;
};
constexpr std::array<Version, 2> kVersions{{{"tls12-authenticated", "tls12", TlsVersion::v1_2, "TLSv1.2"},
                                            {"tls13-authenticated", "tls13", TlsVersion::v1_3, "TLSv1.3"}}};

void report(ScenarioContext& context, const Version& version, const TlsAnswer& answer) {
  const auto token = token_of_answer(answer.text);
  context.details.set({version.key, "version"}, answer.version);
  context.details.set({version.key, "cipher"}, answer.cipher);
  context.details.set({version.key, "token"}, token);
  if (token.empty())
    context.checks.failed(version.check, "tls-refused", "the server answered with no token");
  else if (answer.version != version.name)
    context.checks.failed(version.check, "other-version",
                          "connected by " + answer.version + ", not " + version.name);
  else
    context.checks.passed(version.check,
                          answer.version + ", " + answer.cipher + ": the server answered with its token");
}

void connect(ScenarioContext& context, const Service& server, const Version& version,
             const CERT_CONTEXT& client, const Deadline& deadline) {
  const auto request =
      "GET /" + context.request.nonce + "-" + version.key + " HTTP/1.0\r\nHost: " + server.name + "\r\n\r\n";
  try {
    report(context, version, ask_by_tls(server, version.version, &client, request, deadline));
  } catch (const StepFailure& failure) {
    context.checks.step_failed(failure);  // of the two connections each is judged for itself
  }
}

void run_ssl_client_authentication(ScenarioContext& context) {
  require_administrator();
  const auto& server = context.request.service("tls-server");
  context.platform.require(SystemService::network, context.deadline);
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  if (!has_smart_card_provider())
    throw StepFailure(CheckOutcome::blocked, "no-card-provider",
                      "this system has no smart card key storage provider, by which Schannel uses a card",
                      true);
  ProviderKey key(reader, der_of_pem(context.request.certificate_pem));
  key.set_pin(context.request.credential("pin"));
  // Schannel would only say that it failed: a PIN that is wrong is found here, and is tried once only.
  key.sign(sha256(to_bytes(context.request.nonce)));
  const auto client = certificate_with_key(key, reader);
  // Half the time that is left for the first, so that one which hangs leaves something for the other.
  connect(context, server, kVersions[0], *client, Deadline(context.deadline.remaining() / 2));
  connect(context, server, kVersions[1], *client, context.deadline);
}

}  // namespace

/// Row 9: two connections by Schannel, by TLS 1.2 and by TLS 1.3, to a server that demands a client
/// certificate; the card's key signs through the smart card key storage provider. The server answers with a
/// one-time token, which the controller compares with its own record of it.
AgentScenario ssl_client_authentication() {
  return {"ssl-client-authentication",
          {{"main", {kVersions[0].check, kVersions[1].check}}},
          run_ssl_client_authentication};
}

}  // namespace smx::agent
