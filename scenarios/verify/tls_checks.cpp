#include "scenarios/verify/tls_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/verify/certificates.h"
#include "scenarios/verify/checks.h"

namespace smx::verify {
namespace {

using nlohmann::json;

struct TlsVersion {
  const char* key;  ///< in the details and the path
  const char* name;
  const char* check;  ///< the agent's
};
constexpr TlsVersion kTlsVersions[] = {{"tls12", "TLSv1.2", "tls12-authenticated"},
                                       {"tls13", "TLSv1.3", "tls13-authenticated"}};

// That a version is not applicable is the agent's word, so it is taken only together with what is known
// without it. TLS 1.3 wants RSA-PSS of an RSA key, and not every driver of a GIDS card makes it; and not
// every Windows has TLS 1.3.
bool is_excused(const TlsVersion& version, const VerifyContext& context) {
  if (std::string_view(version.key) != "tls13") return false;
  const bool gids = context.card.application == CardApplication::gids;
  return (gids && is_not_applicable(context, version.check, "no-rsa-pss")) ||
         (context.lacks_tls13 && is_not_applicable(context, version.check, "no-tls13"));
}

/// What is wrong with one version's connections, or nothing. `seen` is the server's record of the one path
/// that only this attempt's agent was told to ask for.
std::optional<Check> tls_trouble(const TlsVersion& version, const std::vector<TlsSeen>& seen,
                                 const std::string& claimed, const std::string& card_sha256) {
  constexpr auto kId = "server-saw-card-certificate";
  const auto at = [&](auto wanted) { return std::find_if(seen.begin(), seen.end(), wanted); };
  const auto none = seen.end();
  const auto completed = [&](const TlsSeen& s) { return s.completed && s.version == version.name; };
  if (at(completed) == none)
    return failed(kId, "server-saw-nothing",
                  fmt::format("the server completed no {} handshake for this attempt", version.name));
  const auto by_card = [&](const TlsSeen& s) { return completed(s) && s.certificate_sha256 == card_sha256; };
  if (at(by_card) == none)
    return failed(kId, "other-certificate",
                  fmt::format("by {} the server saw another certificate than the card's", version.name));
  const auto same_token = [&](const TlsSeen& s) {
    return by_card(s) && !s.token.empty() && s.token == claimed;
  };
  if (at(same_token) == none)
    return failed(
        kId, "wrong-token",
        fmt::format("by {} the agent reports another token than the server gave out", version.name));
  return std::nullopt;
}

Check server_saw(const json& details, const VerifyContext& context) {
  constexpr auto kId = "server-saw-card-certificate";
  if (!context.tls_log)
    return {kId, Outcome::blocked, "no-tls-server", "there was no TLS server for this attempt", "controller"};
  if (context.card.certificate_pem.empty()) return no_certificate(kId);
  const auto card = own_certificate_sha256(context.card.certificate_pem);
  std::string versions;
  for (const auto& version : kTlsVersions) {
    if (is_excused(version, context)) continue;
    versions += (versions.empty() ? "" : " and ") + std::string(version.name);
    const auto path = "/" + context.nonce + "-" + version.key;
    const auto token = text_in(details, {"main", version.key, "token"});
    if (auto trouble = tls_trouble(version, context.tls_log(path), token, card)) return *trouble;
  }
  return passed(
      kId, fmt::format("by {} the server saw the card's certificate, and its tokens came back", versions));
}

}  // namespace

std::vector<Check> server_saw_certificate(const json& details, const VerifyContext& context) {
  return {server_saw(details, context)};
}

}  // namespace smx::verify
