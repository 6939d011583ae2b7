#include "scenarios/agent/linux/ssl_client_authentication.h"

#include <array>
#include <utility>

#include "scenarios/agent/card/piv_client.h"
#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/linux/child.h"
#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

struct Version {
  const char* check;   ///< also the detail's name, before the hyphen
  const char* key;     ///< in the details and the request's path
  const char* option;  ///< s_client's
  const char* name;    ///< s_client's word for it
};
constexpr std::array<Version, 2> kVersions{{{"tls12-authenticated", "tls12", "-tls1_2", "TLSv1.2"},
                                            {"tls13-authenticated", "tls13", "-tls1_3", "TLSv1.3"}}};

constexpr std::size_t kTalkLimit = 4000;

/// A GIDS card holds it compressed, which OpenSC undoes.
std::string read_gids_certificate(ScenarioContext& context) {
  const auto [der, talk] = read_certificate_by_pkcs11(context);
  if (der.empty())
    throw StepFailure(CheckOutcome::failed, pkcs11_cause(talk, "no-certificate"),
                      "pkcs11-tool reads no certificate: " + last_line(talk));
  return certificate_pem(der);
}

std::string read_certificate_pem(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  if (context.request.application == CardApplication::gids) return read_gids_certificate(context);
  const auto card = cards->connect(reader);
  PivClient piv(*card);
  const auto selected = piv.select();
  if (!selected.ok())
    throw StepFailure(CheckOutcome::failed, "no-piv",
                      "the card has no PIV application: " + describe(selected));
  return certificate_pem(piv.certificate());
}

/// TLS 1.3 takes no other signatures of an RSA key than RSA-PSS (RFC 8446, 4.2.3), and TLS 1.2 prefers them.
/// PIV cards have them; of a GIDS card OpenSC is asked.
bool signs_by_pss(ScenarioContext& context) {
  const auto application = context.request.application;
  if (application == CardApplication::piv) return true;
  const auto end = run_child({pkcs11_tool(application, {"--list-mechanisms"}),
                              opensc_environment(application), "", context.deadline.remaining()});
  if (!end.ok())
    throw StepFailure(CheckOutcome::failed, pkcs11_cause(end.err, "no-answer"),
                      "pkcs11-tool lists no mechanisms: " + last_line(end.err));
  return lists_rsa_pss(end.out);
}

/// The files a connection reads; they live in memory and go with this object.
struct Files {
  MemoryFile ca, certificate, pin;
};

Child connection(const ScenarioContext& context, const Service& server, const Files& files,
                 const Version& version, bool pss) {
  const auto address = server.host + ":" + std::to_string(server.port);
  const auto application = context.request.application;
  const auto key = std::string("pkcs11:id=%") + authentication_id(application) +
                   ";type=private;pin-source=file:" + files.pin.path();
  Child child;
  child.argv = {kOpenssl,
                "s_client",
                "-connect",
                address,
                "-servername",
                server.name,
                "-verify_hostname",
                server.name,
                "-CAfile",
                files.ca.path(),
                "-no-CApath",
                "-no-CAstore",
                "-verify_return_error",
                "-cert",
                files.certificate.path(),
                "-engine",
                "pkcs11",
                "-keyform",
                "engine",
                "-key",
                key,
                version.option,
                "-brief",
                "-ign_eof"};
  if (!pss) child.argv.insert(child.argv.end(), {"-client_sigalgs", "RSA+SHA256"});
  child.env = opensc_environment(application);
  child.env["PKCS11_MODULE_PATH"] = kPkcs11Module;
  child.input =
      "GET /" + context.request.nonce + "-" + version.key + " HTTP/1.0\r\nHost: " + server.name + "\r\n\r\n";
  return child;
}

/// False when another connection would only spend another try of the PIN.
bool connect(ScenarioContext& context, const Service& server, const Files& files, const Version& version,
             bool pss, Deadline::Duration limit) {
  auto child = connection(context, server, files, version, pss);
  child.limit = limit;
  const auto end = run_child(child);
  const auto talk = parse_talk(end.out, end.err);
  context.details.set({version.key, "version"}, talk.version);
  context.details.set({version.key, "cipher"}, talk.cipher);
  context.details.set({version.key, "token"}, talk.token);
  context.details.set({version.key, "talk"}, end.err.substr(0, kTalkLimit));
  const std::string cause = talk.token.empty() ? tls_cause(end.err) : "";
  if (end.timed_out)
    context.checks.failed(version.check, "no-answer", "the connection did not end in time");
  else if (talk.token.empty())
    context.checks.failed(version.check, tls_cause(end.err),
                          "no answer from the server: " + last_line(end.err));
  else if (talk.version != version.name)
    context.checks.failed(version.check, "other-version",
                          "connected by " + talk.version + ", not " + version.name);
  else
    context.checks.passed(version.check,
                          talk.version + ", " + talk.cipher + ": the server answered with its token");
  return cause != kLoginFailed;
}

void run_ssl_client_authentication(ScenarioContext& context) {
  const auto& server = context.request.service("tls-server");
  const auto& pin = context.request.credential("pin");
  context.platform.require(SystemService::network, context.deadline);
  const Files files{MemoryFile(server.ca_pem), MemoryFile(read_certificate_pem(context)),
                    MemoryFile(pin.reveal())};
  const bool pss = signs_by_pss(context);
  if (!pss)
    context.checks.not_applicable(
        kVersions[1].check, "no-rsa-pss",
        "OpenSC makes no RSA-PSS signature with this card, and TLS 1.3 takes no other");
  // Half the time that is left for the first, so that one which hangs leaves something for the other.
  const bool go_on = connect(context, server, files, kVersions[0], pss, context.deadline.remaining() / 2);
  if (go_on && pss) connect(context, server, files, kVersions[1], pss, context.deadline.remaining());
}

/// The value after "NAME: " at a line's start.
std::string line_value(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; at < text.size();) {
    const auto line = text.substr(at, text.find('\n', at) - at);
    if (line.starts_with(name)) return std::string(line.substr(name.size()));
    at += line.size() + 1;
  }
  return {};
}

}  // namespace

TlsTalk parse_talk(std::string_view out, std::string_view err) {
  return {line_value(err, "Protocol version: "), line_value(err, "Ciphersuite: "), token_of_answer(out)};
}

const char* tls_cause(std::string_view err) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 7> kWords{{
      {"Network is unreachable", "no-network"},
      {"No route to host", "no-network"},
      {"Connection refused", "no-server"},
      {"connect:errno", "no-server"},
      {"certificate verify failed", "server-not-trusted"},
      {"unable to load", "no-key"},
      {"alert", "tls-refused"},
  }};
  const char* login = pkcs11_cause(err, nullptr);
  if (login != nullptr) return login;
  for (const auto& [word, cause] : kWords)
    if (err.find(word) != std::string_view::npos) return cause;
  return "tls-refused";
}

/// Row 9: two connections, by TLS 1.2 and by TLS 1.3, to a server that demands a client certificate.
/// openssl's s_client speaks, the card's key signs through OpenSC's PKCS#11 module. The server answers with a
/// one-time token, which the controller compares with its own record of it.
AgentScenario ssl_client_authentication() {
  return {"ssl-client-authentication",
          {{"main", {kVersions[0].check, kVersions[1].check}}},
          run_ssl_client_authentication};
}

}  // namespace smx::agent
