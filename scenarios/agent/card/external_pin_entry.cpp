#include "scenarios/agent/core/agent_scenario.h"

#include <cstdio>

#include "scenarios/agent/card/pin_pad.h"
#include "scenarios/agent/card/pin_port.h"

namespace smx::agent {
namespace {

constexpr std::uint8_t kSeconds = 5;  // no person is at this reader

std::string feature_list(const std::map<std::uint8_t, std::uint32_t>& features) {
  std::string text;
  for (const auto& [tag, code] : features) {
    char entry[8];
    std::snprintf(entry, sizeof entry, "%s%02x", text.empty() ? "" : " ", tag);
    text += entry;
  }
  return text.empty() ? "none" : text;
}

/// What came of asking for a PIN on the pad.
struct Attempt {
  bool answered = false;
  StatusWord sw;
  std::string text;
};

Attempt try_pad(CardConnection& card, std::uint32_t code, CardApplication application) {
  try {
    const auto answer = card.control(code, pin_verify_structure(kSeconds, application));
    if (answer.size() < 2) return {false, {}, "no status word"};
    const StatusWord sw{
        static_cast<std::uint16_t>(answer[answer.size() - 2] << 8 | answer[answer.size() - 1])};
    return {true, sw, describe(sw)};
  } catch (const StepFailure& refusal) {
    return {false, {}, refusal.message};
  }
}

void judge(ScenarioContext& context, const Attempt& attempt, StatusWord before, StatusWord after) {
  auto& checks = context.checks;
  if (attempt.answered && attempt.sw.ok()) {
    checks.passed("pin-pad-used", "the PIN was verified through the reader's PIN pad");
  } else if (after.value != before.value) {
    checks.failed("pin-pad-used", "try-spent",
                  "a try of the PIN was spent: " + describe(before) + ", then " + describe(after));
  } else if (attempt.answered && (attempt.sw.value == 0x6400 || attempt.sw.value == 0x6401)) {
    // PC/SC part 10, 2.5.2: a pad that works and waited in vain (6400), or was cancelled (6401).
    checks.blocked("pin-pad-used", "nobody-at-pin-pad",
                   "the PIN pad waited, but no PIN was entered: " + attempt.text);
  } else {
    checks.not_applicable("pin-pad-used", "no-pin-pad",
                          "the reader's PIN pad does not answer (" + attempt.text + ")");
  }
}

void run_external_pin_entry(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  context.details.set({"reader"}, reader);
  const auto card = cards->connect(reader);
  const auto features = parse_features(card->features());
  context.details.set({"features"}, feature_list(features));
  context.checks.passed("reader-features-read", "features (PC/SC part 10 tags): " + feature_list(features));
  const auto direct = features.find(kFeatureVerifyPinDirect);
  if (direct == features.end()) {
    context.checks.not_applicable("pin-pad-used", "no-pin-pad", "the reader has no PIN pad");
    return;
  }
  const auto application = context.request.application;
  const Pin nothing_is_unblocked;
  const auto port = open_pin_port(*card, application, nothing_is_unblocked);
  port->start_afresh();
  const auto before = port->status();
  if (!before.counter() || before.tries_left() < 2)
    throw StepFailure(CheckOutcome::blocked, "card-not-ready",
                      "the PIN has too few tries left: " + describe(before));
  const auto attempt = try_pad(*card, direct->second, application);
  context.details.set({"pin_pad"}, attempt.text);
  port->start_afresh();
  judge(context, attempt, before, port->status());
}

}  // namespace

/// Row 7: the PIN is entered on the reader's own pad. A feature that a reader claims counts only once it was
/// used with success. No try of the PIN is spent: the counter is compared before and after.
AgentScenario external_pin_entry() {
  return {"external-pin-entry", {{"main", {"reader-features-read", "pin-pad-used"}}}, run_external_pin_entry};
}

}  // namespace smx::agent
