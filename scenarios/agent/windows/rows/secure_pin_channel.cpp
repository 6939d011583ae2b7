#include "scenarios/agent/core/agent_scenario.h"

#include <algorithm>

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/minidriver.h"
#include "scenarios/agent/windows/smartcard/provider_key.h"
#include "scenarios/agent/windows/win32/system_error.h"

namespace smx::agent {
namespace {

constexpr const char* kUser = "session-pin-user";
constexpr const char* kUsed = "session-pin-used";
constexpr const char* kCredential = "session_pin";

[[noreturn]] void not_applicable(const char* cause, const std::string& why) {
  throw StepFailure(CheckOutcome::not_applicable, cause, why, true);
}

struct ReaderWithCard {
  std::string reader;
  Bytes atr;
};

ReaderWithCard find_card(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  auto reader = first_reader(*cards, context.deadline);
  const auto status = cards->status(reader);
  if (!status.card) throw StepFailure(CheckOutcome::failed, "no-card", "the reader is empty");
  return {std::move(reader), status.atr};
}

/// Whether the session PIN is the PIN in another dress: as it is, or as UTF-16.
bool holds_pin(const Bytes& session_pin, const Pin& pin) {
  Bytes narrow_pin = to_bytes(pin.reveal()), wide_pin;
  for (const auto b : narrow_pin) wide_pin.insert(wide_pin.end(), {b, 0});
  const auto contains = [&](const Bytes& part) {
    return std::search(session_pin.begin(), session_pin.end(), part.begin(), part.end()) != session_pin.end();
  };
  return contains(narrow_pin) || contains(wide_pin);
}

Bytes make_session_pin(ScenarioContext& context, const ReaderWithCard& card) {
  const auto& pin = context.request.credential("pin");
  Minidriver driver(card.reader, card.atr);
  const auto strength = driver.pin_strength();
  context.details.set({"minidriver"}, driver.library());
  context.details.set({"pin_strength"}, std::int64_t{strength});
  if ((strength & minidriver::kStrengthSessionPin) == 0)
    not_applicable("no-session-pins",
                   "the card's minidriver declares no session PINs (CP_CARD_PIN_STRENGTH_VERIFY)");
  Bytes session_pin;
  const auto end = driver.make_session_pin(pin, session_pin);
  if (end.error != 0 || session_pin.empty())
    throw StepFailure(CheckOutcome::failed, provider_cause(end.error, "driver-refused"),
                      "the minidriver makes no session PIN: " + error_text(end.error));
  driver.leave_powered();  // a reset would end the session
  return session_pin;
}

/// In every case the authenticated state ends: a separate connection resets the card at its end.
class SessionEnd {
 public:
  SessionEnd(ScenarioContext& context, std::string reader) : context_(context), reader_(std::move(reader)) {}
  ~SessionEnd() {
    try {
      context_.platform.smart_cards(context_.deadline)->connect(reader_);
    } catch (const StepFailure&) {
      // The card is gone, and its session with it.
    }
  }
  SessionEnd(const SessionEnd&) = delete;
  SessionEnd& operator=(const SessionEnd&) = delete;

 private:
  ScenarioContext& context_;
  std::string reader_;
};

void run_secure_pin_channel(ScenarioContext& context) {
  require_administrator();
  const auto card = find_card(context);
  if (!Minidriver::is_there_for(card.atr))
    not_applicable("no-card-driver", "Windows' table of cards has no minidriver for this card");
  const SessionEnd end(context, card.reader);
  auto session_pin = make_session_pin(context, card);
  context.checks.passed("session-pin-made", std::to_string(session_pin.size()) + " bytes");
  const bool plain = holds_pin(session_pin, context.request.credential("pin"));
  if (plain)
    context.checks.failed("session-pin-hides-pin", "pin-in-session-pin",
                          "the session PIN holds the PIN itself");
  else
    context.checks.passed("session-pin-hides-pin", "the PIN is not in the session PIN");
  const auto session = console_session();
  run_as({session.token.get(), true, {{kCredential, Pin(hex(session_pin))}, {"pin", Pin()}}}, context, kUser,
         "main");
  SecureZeroMemory(session_pin.data(), session_pin.size());
}

void run_user(ScenarioContext& context) {
  const auto card = find_card(context);
  const auto session_pin = unhex(context.request.credential(kCredential).reveal()).value_or(Bytes{});
  Minidriver driver(card.reader, card.atr);
  const auto end = driver.authenticate_by_session_pin(session_pin);
  driver.deauthenticate();
  if (end.error == 0)
    context.checks.passed(kUsed, "another process was authenticated by the session PIN");
  else
    context.checks.failed(kUsed, provider_cause(end.error, "driver-refused"),
                          "another process is refused with the session PIN: " + error_text(end.error));
}

}  // namespace

/// Row 16: this process has the card's minidriver make a session PIN (CardAuthenticateEx,
/// CARD_AUTHENTICATE_GENERATE_SESSION_PIN) and hands it to another one, in the console user's session, which
/// uses the card by it without having seen the PIN. Cards whose PIN strength knows no session PINs, and
/// systems without minidrivers, are not applicable.
AgentScenario secure_pin_channel() {
  return {"secure-pin-channel",
          {{"main", {"session-pin-made", "session-pin-hides-pin", kUsed}}},
          run_secure_pin_channel};
}

/// The other process.
AgentScenario session_pin_user() {
  return {kUser, {{"main", {kUsed}}}, run_user};
}

}  // namespace smx::agent
