#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/card/administrator_key.h"
#include "scenarios/agent/card/pin_management.h"
#include "scenarios/agent/core/triple_des.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/minidriver.h"
#include "scenarios/agent/windows/win32/system_error.h"

namespace smx::agent {
namespace {

constexpr DWORD kWrongPin = 0x8010006b, kBlocked = 0x8010006c, kUnsupported = 0x80100022;

/// Every operation is one connection of its own, which resets the card at its end.
class MinidriverPinPort : public PinPort {
 public:
  MinidriverPinPort(SmartCards& cards, std::string reader, Bytes atr, const Request& request)
      : cards_(cards), reader_(std::move(reader)), atr_(std::move(atr)), request_(request) {}

  void start_afresh() override {}

  /// Of the card itself: minidrivers have no question for it that spends nothing.
  StatusWord status() override {
    const auto card = cards_.connect(reader_);
    const Pin nothing_is_unblocked;
    const auto port = open_pin_port(*card, request_.application, nothing_is_unblocked);
    port->start_afresh();
    return port->status();
  }

  StatusWord verify(const Pin& pin) override {
    return as_status(Minidriver(reader_, atr_).authenticate(pin), "authenticate");
  }

  StatusWord change(const Pin& from, const Pin& to) override {
    return as_status(Minidriver(reader_, atr_).change(from, to), "change the PIN");
  }

  StatusWord unblock(const Pin& to) override { return as_status(unblocked(to), "unblock the PIN"); }

 private:
  MinidriverEnd unblocked(const Pin& to) {
    Minidriver driver(reader_, atr_);
    const auto& secret = unblocking_credential(request_);
    if (request_.application != CardApplication::gids) return driver.unblock_by_puk(secret, to);
    return driver.unblock_by_response(to, [&](const Bytes& challenge) {
      return AdministratorKey(secret, "the administrator's key").encrypt(challenge);
    });
  }

  /// The card's answer in words; after a refusal the card is asked how many tries are left.
  StatusWord as_status(const MinidriverEnd& end, const char* what) {
    switch (end.error) {
      case 0: return {0x9000};
      case kBlocked: return {0x6983};
      case kWrongPin: return status();
      case kUnsupported:
        throw StepFailure(
            CheckOutcome::not_applicable, "read-only-card",
            std::string("the minidriver does not ") + what + " with this card: " + error_text(end.error),
            true);
      default:
        throw StepFailure(CheckOutcome::failed, "driver-refused",
                          std::string("the minidriver does not ") + what + ": " + error_text(end.error));
    }
  }

  SmartCards& cards_;
  const std::string reader_;
  const Bytes atr_;
  const Request& request_;
};

void by_minidriver(ScenarioContext& context, SmartCards& cards, const std::string& reader, const Bytes& atr) {
  context.details.set({"route"}, "minidriver");
  {
    Minidriver driver(reader, atr);
    context.details.set({"minidriver"}, driver.library());
    if (driver.is_read_only())
      throw StepFailure(CheckOutcome::not_applicable, "read-only-card",
                        "the card's minidriver says that it cannot be written", true);
  }
  MinidriverPinPort port(cards, reader, atr, context.request);
  manage_pin(context, port);
}

void manage_by_commands(ScenarioContext& context, SmartCards& cards, const std::string& reader) {
  context.details.set({"route"}, "winscard");
  const Pin none;
  const auto& unblocker = context.request.may_block ? unblocking_credential(context.request) : none;
  const auto card = cards.connect(reader);
  const auto port = open_pin_port(*card, context.request.application, unblocker);
  manage_pin(context, *port);
}

void run_windows_pin_management(ScenarioContext& context) {
  require_administrator();
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  context.details.set({"reader"}, reader);
  const auto status = cards->status(reader);
  if (!status.card) throw StepFailure(CheckOutcome::failed, "no-card", "the reader is empty");
  if (Minidriver::is_there_for(status.atr)) return by_minidriver(context, *cards, reader, status.atr);
  manage_by_commands(context, *cards, reader);
}

}  // namespace

/// Row 6 on Windows: by the card's minidriver, the DLL that Windows' table of cards names for it, where there
/// is one; else by commands through winscard.dll. Detail `route` says which: "minidriver" or "winscard". What
/// the tries left are is always asked of the card itself. A card that its minidriver says cannot be written
/// is not applicable (`read-only-card`).
AgentScenario windows_pin_management() {
  return {"pin-management", {{"main", pin_management_checks()}}, run_windows_pin_management};
}

}  // namespace smx::agent
