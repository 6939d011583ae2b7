#include "scenarios/verify/card_checks.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "scenarios/verify/certificates.h"
#include "scenarios/verify/checks.h"

namespace smx::verify {
namespace {

using nlohmann::json;

Check as_issued(const vm::CardState& card) {
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

Check signature_of_challenge(const json& details, const VerifyContext& context) {
  constexpr auto kId = "signature-verified";
  if (context.card.certificate_pem.empty()) return no_certificate(kId);
  const auto card = own_certificate_sha256(context.card.certificate_pem);
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

/// Whether the card's own counter grew by `least` at least.
Check made_signatures(const char* id, std::uint64_t least, const VerifyContext& context) {
  // No row is about this, and a card that nobody sees cannot tell.
  if (!context.before.observable || !context.after.observable)
    return {id, Outcome::not_applicable, "not-observable",
            "the controller does not see the card in this reader", "controller"};
  const auto before = context.before.signatures, after = context.after.signatures;
  if (after <= before)
    return failed(id, "card-saw-less", "the card itself made no signature during the scenario");
  const auto text = fmt::format("the card itself made {}", plural(after - before, "signature"));
  if (after - before < least)
    return failed(id, "card-saw-less", fmt::format("{}, and {} are claimed", text, least));
  return passed(id, text);
}

Check propagated(const json& details, const VerifyContext& context) {
  constexpr auto kId = "certificate-is-the-cards";
  if (context.card.certificate_pem.empty()) return no_certificate(kId);
  const auto card = own_certificate_sha256(context.card.certificate_pem);
  const auto found = certificate_sha256(text_in(details, {"inserted", "certificate_pem"}));
  if (found.empty())
    return failed(kId, "no-certificate", "the agent reports no certificate out of the user's store");
  if (found != card)
    return failed(kId, "other-certificate", "the certificate in the user's store is not the card's");
  return passed(kId, "the user's store has the card's own certificate");
}

}  // namespace

std::vector<Check> card_restored(const json&, const VerifyContext& context) {
  return {as_issued(context.after), card_saw(context)};
}

std::vector<Check> card_signed(const json&, const VerifyContext& context) {
  return {made_signatures("card-signed", 1, context)};
}

std::vector<Check> card_signed_by_both(const json&, const VerifyContext& context) {
  constexpr std::uint64_t kPrograms = 2, kPhases = 3;
  return {made_signatures("card-signed-by-both", kPrograms * kPhases, context)};
}

std::vector<Check> signature_verified(const json& details, const VerifyContext& context) {
  return {signature_of_challenge(details, context)};
}

std::vector<Check> propagated_certificate(const json& details, const VerifyContext& context) {
  return {propagated(details, context)};
}

}  // namespace smx::verify
