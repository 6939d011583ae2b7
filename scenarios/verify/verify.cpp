#include "scenarios/verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "scenarios/verify/certificates.h"
#include "scenarios/verify/checks.h"
#include "scenarios/verify/lab_checks.h"

namespace smx::verify {
namespace {

using nlohmann::json;

/// Whether the agent reported the check as not applicable for this reason.
bool is_not_applicable(const VerifyContext& context, std::string_view check, std::string_view cause) {
  const auto& all = context.not_applicable;
  return std::any_of(all.begin(), all.end(),
                     [&](const Check& c) { return c.id == check && c.cause == cause; });
}

// ---- card-restored -----------------------------------------------------------------------------

Check card_restored(const vm::CardState& card) {
  constexpr auto kId = "card-restored";
  if (!card.observable) return not_observable(kId);
  if (!card.pin_is_initial)
    return failed(kId, "pin-not-restored", "the card's PIN is not the one it was issued with");
  if (!card.puk_is_initial)
    return failed(kId, "puk-not-restored", "the card's PUK is not the one it was issued with");
  if (card.pin_tries_left != card.pin_tries_max || card.puk_tries_left != card.puk_tries_max)
    return failed(
        kId, "counter-not-restored",
        fmt::format("the card has {} of {} tries of the PIN and {} of {} of the PUK left",
                    card.pin_tries_left, card.pin_tries_max, card.puk_tries_left, card.puk_tries_max));
  return passed(kId, "PIN and PUK are the first ones, both counters are full");
}

// The PIN is changed, and put back: two successful commands. Between them it is blocked, and unblocked by the
// PUK, unless the card's owner does not want that; then the card must not have seen it either. That a card
// cannot be written is the guest's word, which stands only as long as the card itself saw nothing of it.
Check card_saw(const VerifyContext& context) {
  constexpr auto kId = "card-saw-change-and-block";
  const auto &before = context.before, &after = context.after;
  const bool may_block = context.card.may_block;
  if (!before.observable || !after.observable) return not_observable(kId);
  if (after.pin_changes < before.pin_changes || after.pin_blocks < before.pin_blocks)
    return failed(kId, "counter-went-back", "the card's own counters are lower than before the scenario");
  const auto changes = after.pin_changes - before.pin_changes, blocks = after.pin_blocks - before.pin_blocks;
  const auto text =
      fmt::format("the card itself counted {} and {}", plural(changes, "new PIN"), plural(blocks, "block"));
  if (is_not_applicable(context, "pin-changed", "read-only-card")) {
    if (changes != 0 || blocks != 0)
      return failed(kId, "card-was-written", text + ", and the guest says that it cannot be written");
    return not_applicable(kId, "read-only-card", text + ", as is right for a card that cannot be written");
  }
  if (!may_block && blocks != 0)
    return failed(kId, "card-was-blocked", text + ", and its owner does not allow that");
  if (changes < 2 || (may_block && blocks < 1)) return failed(kId, "card-saw-less", text);
  return passed(kId, may_block ? text : text + ", as its owner does not allow a block");
}

// ---- tls-server-log ----------------------------------------------------------------------------

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
  const auto card = certificate_sha256(context.card.certificate_pem);
  if (card.empty()) throw Error(ErrorKind::internal, "the card's own certificate cannot be read");
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

// ---- signature ---------------------------------------------------------------------------------

/// What the agent is to sign; the same words are in its certutil-scinfo.
std::string challenge(const std::string& nonce) {
  return "safemode-matrix certutil-scinfo " + nonce;
}

std::optional<std::string> decoded(const std::string& base64) {
  try {
    return base64_decode(base64);
  } catch (const Error&) {
    return std::nullopt;  // a guest's text that is no base64 is no signature
  }
}

Check signature_verified(const json& details, const VerifyContext& context) {
  constexpr auto kId = "signature-verified";
  if (context.card.certificate_pem.empty()) return no_certificate(kId);
  const auto card = certificate_sha256(context.card.certificate_pem);
  if (card.empty()) throw Error(ErrorKind::internal, "the card's own certificate cannot be read");
  if (certificate_sha256(text_in(details, {"main", "certificate_pem"})) != card)
    return failed(kId, "other-certificate", "the certificate that the agent read is not the card's");
  const auto signature = decoded(text_in(details, {"main", "signature"}));
  if (!signature || signature->empty()) return failed(kId, "no-signature", "the agent reports no signature");
  // The bytes that the agent says it signed are not looked at: only the challenge of this attempt counts.
  if (!signed_by(context.card.certificate_pem, challenge(context.nonce), *signature))
    return failed(kId, "wrong-signature",
                  "the signature is not the card's key's over this attempt's challenge");
  // The challenge is of this attempt only, so the signature stands without the card's own word.
  if (!context.before.observable || !context.after.observable)
    return passed(kId, "the card's key signed this attempt's challenge; the card itself was not observed");
  if (context.after.signatures <= context.before.signatures)
    return failed(kId, "card-saw-less",
                  "the signature is right, but the card itself made none during the scenario");
  return passed(kId, "the card's key signed this attempt's challenge");
}

// ---- card-signed -------------------------------------------------------------------------------

Check card_signed(const VerifyContext& context) {
  constexpr auto kId = "card-signed";
  // No row is about this, and a card that nobody sees cannot tell.
  if (!context.before.observable || !context.after.observable)
    return {kId, Outcome::not_applicable, "not-observable",
            "the controller does not see the card in this reader", "controller"};
  if (context.after.signatures <= context.before.signatures)
    return failed(kId, "card-saw-less", "the card itself made no signature during the scenario");
  return passed(kId, fmt::format("the card itself made {}",
                                 plural(context.after.signatures - context.before.signatures, "signature")));
}

// ---- propagated-certificate --------------------------------------------------------------------

Check propagated(const json& details, const VerifyContext& context) {
  constexpr auto kId = "certificate-is-the-cards";
  if (context.card.certificate_pem.empty()) return no_certificate(kId);
  const auto card = certificate_sha256(context.card.certificate_pem);
  if (card.empty()) throw Error(ErrorKind::internal, "the card's own certificate cannot be read");
  const auto found = certificate_sha256(text_in(details, {"inserted", "certificate_pem"}));
  if (found.empty())
    return failed(kId, "no-certificate", "the agent reports no certificate out of the user's store");
  if (found != card)
    return failed(kId, "other-certificate", "the certificate in the user's store is not the card's");
  return passed(kId, "the user's store has the card's own certificate");
}

}  // namespace

std::vector<Check> verify(const std::string& verifier, const json& details, const VerifyContext& context) {
  if (verifier == "card-restored") return {card_restored(context.after), card_saw(context)};
  if (verifier == "card-signed") return {card_signed(context)};
  if (verifier == "propagated-certificate") return {propagated(details, context)};
  if (verifier == "tls-server-log") return {server_saw(details, context)};
  if (verifier == "signature") return {signature_verified(details, context)};
  if (verifier == "enrolment") return enrolled(details, context);
  if (verifier == "kdc-log") return {kdc_saw_card(context)};
  if (verifier == "web-log") return {service_saw_holder(details, context)};
  throw Error(
      ErrorKind::internal,
      fmt::format("the catalogue names the verifier \"{}\", which scenarios/verify does not have", verifier));
}

}  // namespace smx::verify
