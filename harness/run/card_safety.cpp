#include "harness/run/card_safety.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "scenarios/verify/verify.h"

namespace smx::run {
namespace {

constexpr int kLeastTries = 2;
constexpr int kMostTries = 15;
constexpr Milliseconds kLimit{20000};

bool presents_a_pin(const Scenario& scenario) {
  return std::any_of(scenario.credentials.begin(), scenario.credentials.end(),
                     [](const std::string& word) { return word == "pin" || word == "puk"; });
}

bool makes_a_key(const Scenario& scenario) {
  return std::find(scenario.credentials.begin(), scenario.credentials.end(), "management-key") !=
         scenario.credentials.end();
}

CardSafety refused(const std::string& why, bool guest_is_well = true) {
  return {Observation{Outcome::blocked, "card-safety", why, {}, {}}, guest_is_well};
}

/// Why nothing in the guest can reach a card, so that no PIN could be presented.
bool reaches_no_card(const std::string& cause) {
  constexpr std::array<std::string_view, 4> kCauses{"not-in-safeboot", "no-smart-card-service", "no-reader",
                                                    "no-card"};
  return std::find(kCauses.begin(), kCauses.end(), cause) != kCauses.end();
}

CardSafety without_card(const Scenario& scenario, const Check& found) {
  std::vector<Check> checks;
  for (const auto& id : scenario.checks)
    checks.push_back(
        checks.empty() ? Check{id, Outcome::failed, found.cause, found.message, "agent"}
                       : Check{id, Outcome::blocked, "earlier-check", "the guest reaches no card", "agent"});
  return {verify::fold(checks, scenario.checks), true};
}

CardSafety judge(int tries, vm::PhysicalCard& card) {
  if (tries == 0) return refused("the card's PIN is blocked; unblock it with its PUK");
  if (tries < kLeastTries)
    return refused(
        fmt::format("the card's PIN has 1 try left, and a scenario that presents it needs {}; present "
                    "the right PIN to the card yourself, which fills the counter",
                    kLeastTries));
  if (!card.still_has_tries(tries))
    return refused(
        "the card has lost a try of its PIN during this run: the PIN that the matrix names may be wrong, and "
        "is not presented again");
  return {};
}

CardSafety judge(const Scenario& scenario, const AgentAnswer& answer, vm::PhysicalCard& card) {
  if (answer.trouble)
    return refused("the card's retry counter was not read: " + answer.trouble->message, false);
  if (answer.checks.size() != 1 || answer.checks[0].id != "tries-read")
    return refused("the card's retry counter was not read: the agent reports other checks");
  const auto& check = answer.checks[0];
  if (check.outcome == Outcome::failed && reaches_no_card(check.cause)) return without_card(scenario, check);
  if (check.outcome != Outcome::passed)
    return refused("the card's retry counter was not read: " + check.message);
  const auto tries = answer.details.find("pin_tries");
  if (tries == answer.details.end() || !tries->is_number_integer() || *tries < 0 || *tries > kMostTries)
    return refused("the card's retry counter was not read: the agent reports no such number");
  return judge(tries->get<int>(), card);
}

}  // namespace

CardSafety check_card_safety(const Scenario& scenario, vm::ReaderSession& reader, const AgentCall& agent,
                             const std::string& nonce, Milliseconds limit,
                             const std::function<void(const vm::GuestResult&)>& keep) {
  auto* card = reader.physical();
  if (card == nullptr) return {};
  if (makes_a_key(scenario))
    return refused("a key that the card makes takes its own key's place; use a virtual reader for this row");
  if (!presents_a_pin(scenario)) return {};
  const auto state = reader.state();
  if (state.observable) {
    const auto why = card->pin_refusal();
    return why.empty() ? judge(state.pin_tries_left, *card) : refused(why);
  }
  // The new PIN is the agent's own: were it lost on the way, the card could not be put back.
  if (scenario.changes == Changes::card)
    return refused(
        "the controller does not see the card in this reader, so it could not put back a PIN that is lost in "
        "mid-change; use a reader of kind pcsc-relay");
  const auto answer =
      agent.run("card-tries", "main", nonce, nlohmann::json::object(), std::min(limit, kLimit));
  keep(answer.raw);
  return judge(scenario, answer, *card);
}

}  // namespace smx::run
