#include "scenarios/agent/windows/logon/refusals.h"

#include "scenarios/agent/card/pin_port.h"
#include "scenarios/agent/windows/logon/logon_errors.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

/// The card's own word for the tries left; the card is reset by it, and forgets every PIN.
StatusWord tries_left(ScenarioContext& context, const std::string& reader) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto card = cards->connect(reader);
  const Pin nothing_is_unblocked;
  const auto port = open_pin_port(*card, context.request.application, nothing_is_unblocked);
  port->start_afresh();
  return port->status();
}

}  // namespace

void check_refusal_without_pin(ScenarioContext& context, const char* check, const LogonCard& card,
                               std::uint64_t unlock) {
  const auto before = tries_left(context, card.reader);
  const auto end = log_on_by_card(card, {"", "", Pin(), unlock});
  record(context.details, "without_pin", end);
  const auto after = tries_left(context, card.reader);
  if (end.ok())
    context.checks.failed(check, "granted-without-pin", "granted without a PIN: " + describe(end));
  else if (after.value != before.value)
    context.checks.failed(check, "try-spent",
                          "a try of the PIN was spent: " + describe(before) + ", then " + describe(after));
  else if (!refuses_for_pin(end.status, end.substatus))
    context.checks.failed(check, logon_cause(end.status, end.substatus),
                          "refused for another reason: " + describe(end));
  else
    context.checks.passed(check, describe(end));
}

void check_refusal_of_other_user(ScenarioContext& context, const char* check, const LogonCard& card,
                                 std::uint64_t unlock) {
  const auto& lab = context.request.lab();
  const auto end =
      log_on_by_card(card, {lab.other_user, lab.domain, context.request.credential("pin"), unlock});
  record(context.details, "other_user", end);
  if (end.ok() && lower(end.user) == lower(lab.other_user))
    context.checks.failed(check, "granted-to-other-user", "granted for another user: " + describe(end));
  else if (end.ok())
    context.checks.passed(check, "the wish for another user is not followed: " + describe(end));
  else if (refuses_this_user(end.status, end.substatus))
    context.checks.passed(check, describe(end));
  else
    context.checks.failed(check, logon_cause(end.status, end.substatus),
                          "refused for another reason: " + describe(end));
}

}  // namespace smx::agent
