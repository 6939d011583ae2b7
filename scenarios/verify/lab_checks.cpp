#include "scenarios/verify/lab_checks.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/verify/certificates.h"
#include "scenarios/verify/checks.h"

namespace smx::verify {
namespace {

using nlohmann::json;

// That the card cannot log on is the agent's word, so it is taken only where the card bears it out.
std::optional<Check> excused(const char* id, const VerifyContext& context) {
  const auto& said = context.not_applicable;
  const auto agent_says = [&](const char* check) {
    return std::any_of(said.begin(), said.end(), [&](const Check& c) { return c.id == check; });
  };
  if (!agent_says("ticket-obtained") && !agent_says("logged-on-online")) return std::nullopt;
  if (has_curve_key(context.card.certificate_pem))
    return not_applicable(id, "rsa-only", "the card's key is one of an elliptic curve");
  if (agent_says("key-generated") && context.card.application == CardApplication::piv &&
      context.card.management_key.empty())
    return not_applicable(id, "no-management-key", "the card's management key is not known, or not 3DES");
  return std::nullopt;
}

/// Why the lab's word on a check cannot be had, or is not needed; nothing when it is to be asked.
std::optional<Check> unasked(const char* id, const VerifyContext& context) {
  if (!context.lab) return blocked(id, "no-lab", "there was no lab for this attempt");
  const bool known = !context.card.certificate_pem.empty();
  if (known)
    if (auto excuse = excused(id, context)) return excuse;
  // The agent's word alone proves nothing, so what nobody else can witness was not tested.
  if (!context.lab->absent.empty()) return blocked(id, "no-lab-witness", context.lab->absent);
  if (!known) return no_certificate(id);
  return std::nullopt;
}

Check card_made_key(const VerifyContext& context) {
  constexpr auto kId = "card-made-key";
  if (!context.before.observable || !context.after.observable) return not_observable(kId);
  if (auto excuse = excused(kId, context)) return *excuse;
  if (context.after.keys_made <= context.before.keys_made)
    return failed(kId, "card-saw-less", "the card itself made no key during the scenario");
  return passed(kId, "the card itself made a key");
}

/// The hash of what was issued to this attempt's request, asked for by a ticket that the card obtained; ""
/// when nothing was. `check` tells why.
std::string issued_to_card(const json& details, const VerifyContext& context, Check& check) {
  constexpr auto kId = "authority-issued-it";
  const auto card = own_certificate_sha256(context.card.certificate_pem);
  const auto claimed = certificate_sha256(text_in(details, {"main", "certificate_pem"}));
  check = failed(kId, "nothing-issued", "the authority issued nothing to this attempt");
  for (const auto& seen : context.lab->web("/enrol/" + context.nonce)) {
    if (seen.issued_sha256.empty()) continue;
    if (seen.user != context.lab->principal)
      check = failed(kId, "other-user", "the authority issued a certificate to somebody else");
    else if (seen.card_sha256 != card)
      check = failed(kId, "other-certificate", "the request's ticket was not obtained with the card");
    else if (seen.issued_sha256 != claimed)
      check = failed(kId, "wrong-certificate", "the agent reports another certificate than was issued");
    else {
      check = passed(kId, "the authority issued it to " + seen.user);
      return seen.issued_sha256;
    }
  }
  return {};
}

Check logged_on_with(const std::string& issued, const json& details, const VerifyContext& context) {
  constexpr auto kId = "service-saw-new-certificate";
  if (issued.empty()) return failed(kId, "nothing-issued", "no certificate was issued to be used");
  const auto claimed = text_in(details, {"main", "token"});
  for (const auto& seen : context.lab->web("/" + context.nonce + "-enrolled")) {
    if (seen.user.empty() || seen.token.empty() || seen.token != claimed) continue;
    if (seen.user != context.lab->principal)
      return failed(kId, "other-user", "the web server let somebody else in than the card's holder");
    if (seen.card_sha256 != issued)
      return failed(kId, "other-certificate", "the ticket was not obtained with the new certificate");
    return passed(kId, "the web server let " + seen.user + " in, by a ticket of the new certificate");
  }
  return failed(kId, "service-saw-nothing", "the web server gave nobody the token that the agent reports");
}

Check kdc_saw(const VerifyContext& context) {
  constexpr auto kId = "kdc-saw-card-certificate";
  if (auto answer = unasked(kId, context)) return *answer;
  const auto card = own_certificate_sha256(context.card.certificate_pem);
  const auto began = std::chrono::floor<std::chrono::seconds>(context.began);
  bool any = false;
  for (const auto& seen : context.lab->kdc()) {
    if (seen.at < began) continue;
    any = true;
    if (seen.certificate_sha256 == card && seen.principal == context.lab->principal)
      return passed(kId, "the KDC saw the card's certificate for " + seen.principal);
  }
  return any ? failed(kId, "other-certificate",
                      "the KDC saw other certificates or principals than the card's")
             : failed(kId, "kdc-saw-nothing", "the KDC saw no certificate during this attempt");
}

Check service_saw(const json& details, const VerifyContext& context) {
  constexpr auto kId = "service-saw-card-holder";
  if (auto answer = unasked(kId, context)) return *answer;
  const auto card = own_certificate_sha256(context.card.certificate_pem);
  const auto claimed = text_in(details, {"main", "token"});
  std::vector<WebSeen> let_in;
  for (const auto* what : {"-logon", "-resource"})
    for (auto& seen : context.lab->web("/" + context.nonce + what))
      if (!seen.user.empty()) let_in.push_back(std::move(seen));
  if (let_in.empty())
    return failed(kId, "service-saw-nothing", "the web server let nobody in during this attempt");
  for (const auto& seen : let_in) {
    if (seen.token.empty() || seen.token != claimed) continue;
    if (seen.user != context.lab->principal)
      return failed(kId, "other-user", "the web server let somebody else in than the card's holder");
    if (seen.card_sha256 != card)
      return failed(kId, "other-certificate", "the ticket was not obtained with the card's certificate");
    return passed(kId, "the web server let " + seen.user + " in, by a ticket that the card obtained");
  }
  return failed(kId, "wrong-token", "the agent reports another token than the web server gave out");
}

}  // namespace

std::vector<Check> kdc_saw_card(const json&, const VerifyContext& context) {
  return {kdc_saw(context)};
}

std::vector<Check> service_saw_holder(const json& details, const VerifyContext& context) {
  return {service_saw(details, context)};
}

std::vector<Check> enrolled(const json& details, const VerifyContext& context) {
  constexpr const char* kIds[] = {"authority-issued-it", "service-saw-new-certificate"};
  std::vector<Check> checks{card_made_key(context)};
  for (const auto* id : kIds)
    if (auto answer = unasked(id, context)) checks.push_back(std::move(*answer));
  if (checks.size() > 1) return checks;
  Check issued;
  const auto sha256 = issued_to_card(details, context, issued);
  checks.push_back(std::move(issued));
  checks.push_back(logged_on_with(sha256, details, context));
  return checks;
}

}  // namespace smx::verify
