#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/card/kept_reader.h"
#include "scenarios/agent/card/pin_port.h"

namespace smx::agent {
namespace {

constexpr const char* kKeptForDeviceManagement = "device-management";

void report_driver(Reporter& checks, const CardDriver& driver) {
  constexpr auto kCheck = "card-driver";
  switch (driver.outcome) {
    case CheckOutcome::passed: return checks.passed(kCheck, driver.message);
    case CheckOutcome::failed: return checks.failed(kCheck, driver.cause, driver.message);
    case CheckOutcome::not_applicable: return checks.not_applicable(kCheck, driver.cause, driver.message);
    case CheckOutcome::blocked: return checks.blocked(kCheck, driver.cause, driver.message);
  }
}

void present(ScenarioContext& context, SmartCards& cards) {
  const auto reader = first_reader(cards, context.deadline);
  context.checks.passed("reader-present", reader);
  context.details.set({"reader"}, reader);
  // A service that was just started may still be powering the card.
  const Deadline soon(context.deadline.remaining(Deadline::Duration{5000}));
  const auto status = wait_for_card(cards, reader, cards.status(reader), true, soon);
  context.details.set({"atr"}, hex(status.atr));
  context.details.set({"events"}, std::int64_t{status.events});
  if (!status.card)
    context.checks.failed("card-present", "no-card", "the reader is empty");
  else if (status.mute)
    context.checks.failed("card-present", "card-mute", "the card in the reader does not answer");
  else if (!context.request.atr.empty() && status.atr != context.request.atr)
    context.checks.failed("card-present", "other-card",
                          "ATR " + hex(status.atr) + ", expected was " + hex(context.request.atr));
  else
    context.checks.passed("card-present", "ATR " + hex(status.atr));
  const bool good = context.checks.good_so_far();
  const auto driver = context.platform.card_driver(status.atr, context.deadline);
  report_driver(context.checks, driver);
  // The driver is one of two claims: the reader's events are looked at whatever became of it.
  if (good) keep_reader(context.platform, kKeptForDeviceManagement, {reader, status.events});
}

void removed(ScenarioContext& context, SmartCards& cards) {
  const auto kept = take_reader(context.platform, kKeptForDeviceManagement);
  const auto status = wait_for_card(cards, kept.reader, kept.status(true), false, context.deadline);
  context.details.set({"events"}, std::int64_t{status.events});
  if (status.card) {
    context.checks.failed("removal-seen", "no-event", "the card was removed, but the system did not notice");
  } else if (status.events == kept.events) {
    context.checks.failed(
        "removal-seen", "no-event",
        "the reader is empty, but no event was counted (" + std::to_string(kept.events) + ")");
  } else {
    context.checks.passed("removal-seen", "the reader is empty, " + counted(kept.events, status.events));
    keep_reader(context.platform, kKeptForDeviceManagement, {kept.reader, status.events});
  }
}

void inserted(ScenarioContext& context, SmartCards& cards) {
  const auto kept = take_reader(context.platform, kKeptForDeviceManagement);
  const auto status = wait_for_card(cards, kept.reader, kept.status(false), true, context.deadline);
  context.details.set({"events"}, std::int64_t{status.events});
  if (!status.card || status.events == kept.events) {
    context.checks.failed("insertion-seen", "no-event",
                          "the card was inserted, but the system did not notice");
    return;
  }
  // The event alone is the reader's; the card is back when it answers.
  const auto card = cards.connect(kept.reader);
  const auto atr = card->atr();
  context.details.set({"atr"}, hex(atr));
  const auto selected = select_application(*card, context.request.application);
  if (!context.request.atr.empty() && atr != context.request.atr)
    context.checks.failed("insertion-seen", "other-card",
                          "ATR " + hex(atr) + ", expected was " + hex(context.request.atr));
  else if (!selected.ok())
    context.checks.failed("insertion-seen", "wrong-status",
                          "the application after the insertion: " + describe(selected));
  else
    context.checks.passed("insertion-seen", "the card answers again with ATR " + hex(atr) + ", " +
                                                counted(kept.events, status.events));
}

void run_device_management(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  if (context.request.phase == "present") return present(context, *cards);
  if (context.request.phase == "removed") return removed(context, *cards);
  return inserted(context, *cards);
}

}  // namespace

/// Row 11: the reader and its card are seen, and so are the card's removal and insertion. Three phases
/// (`present`, `removed`, `inserted`), between which the controller acts on the card. The service's event
/// counter is kept from phase to phase: it proves the event even when it came before the phase began.
AgentScenario device_management() {
  return {"device-management",
          {{"present", {"reader-present", "card-present", "card-driver"}},
           {"removed", {"removal-seen"}},
           {"inserted", {"insertion-seen"}}},
          run_device_management};
}

}  // namespace smx::agent
