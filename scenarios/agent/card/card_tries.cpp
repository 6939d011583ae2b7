#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/card/piv_client.h"

namespace smx::agent {
namespace {

StatusWord pin_status(PivClient& piv) {
  const auto status = piv.pin_status();
  if (!status.ok()) return status;
  // A PIN that is still verified hides the counter. A real card forgets it when it is reset; the reset of
  // QEMU's reader does not reach the card behind it, which is told so.
  piv.forget_pin();
  return piv.pin_status();
}

void run_card_tries(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto card = cards->connect(first_reader(*cards, context.deadline));
  card->reset();
  PivClient piv(*card);
  const auto selected = piv.select();
  if (!selected.ok())
    throw StepFailure(CheckOutcome::failed, "no-piv",
                      "the card has no PIV application: " + describe(selected));
  const auto status = pin_status(piv);
  if (status.value != 0x6983 && !status.counter())
    throw StepFailure(CheckOutcome::failed, "wrong-status",
                      "the card does not tell its counter: " + describe(status));
  const int left = status.counter() ? status.tries_left() : 0;
  context.details.set({"pin_tries"}, std::int64_t{left});
  context.checks.passed("tries-read", describe(status));
}

}  // namespace

/// Reads how many tries the card's PIN has left, without spending one: what the controller asks before it
/// lets a scenario present a PIN to a card that is not the project's own. Detail `pin_tries`, 0 to 15.
AgentScenario card_tries() {
  return {"card-tries", {{"main", {"tries-read"}}}, run_card_tries};
}

}  // namespace smx::agent
