#include "scenarios/agent/card/device_management.h"

#include <charconv>

#include "scenarios/agent/card/pin_port.h"

namespace smx::agent {
namespace {

constexpr const char* kKey = "device-management";

/// What a phase leaves for the next: the event counter, a space, the reader's name.
void keep(Platform& platform, const std::string& reader, const ReaderStatus& status) {
  platform.keep(kKey, std::to_string(status.events) + " " + reader);
}

struct Kept {
  std::string reader;
  std::uint32_t events = 0;
};

Kept take(Platform& platform) {
  const auto text = platform.take(kKey);
  Kept kept;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, kept.events);
  if (error != std::errc{} || rest == end || *rest != ' ')
    throw StepFailure(CheckOutcome::blocked, "earlier-check",
                      "the phase before this one left no reader's state");
  kept.reader.assign(rest + 1, end);
  return kept;
}

std::string counted(std::uint32_t from, std::uint32_t to) {
  return "event counter " + std::to_string(from) + " to " + std::to_string(to);
}

/// Waits from `status` on until a card is there (or is not).
ReaderStatus wait_for_card(SmartCards& cards, const std::string& reader, ReaderStatus status, bool card,
                           const Deadline& deadline) {
  while ((status.card != card || !status.known) && !deadline.over())
    status = cards.wait_for_change(reader, status, deadline.remaining());
  return status;
}

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
  if (good) keep(context.platform, reader, status);
}

/// The reader as the phase before left it, from which an event counts.
ReaderStatus before(const Kept& kept, bool card) {
  ReaderStatus status;
  status.known = true;
  status.card = card;
  status.events = kept.events;
  return status;
}

void removed(ScenarioContext& context, SmartCards& cards) {
  const auto kept = take(context.platform);
  const auto status = wait_for_card(cards, kept.reader, before(kept, true), false, context.deadline);
  context.details.set({"events"}, std::int64_t{status.events});
  if (status.card) {
    context.checks.failed("removal-seen", "no-event", "the card was removed, but the system did not notice");
  } else if (status.events == kept.events) {
    context.checks.failed(
        "removal-seen", "no-event",
        "the reader is empty, but no event was counted (" + std::to_string(kept.events) + ")");
  } else {
    context.checks.passed("removal-seen", "the reader is empty, " + counted(kept.events, status.events));
    keep(context.platform, kept.reader, status);
  }
}

void inserted(ScenarioContext& context, SmartCards& cards) {
  const auto kept = take(context.platform);
  const auto status = wait_for_card(cards, kept.reader, before(kept, false), true, context.deadline);
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

Scenario device_management() {
  return {"device-management",
          {{"present", {"reader-present", "card-present", "card-driver"}},
           {"removed", {"removal-seen"}},
           {"inserted", {"insertion-seen"}}},
          run_device_management};
}

}  // namespace smx::agent
