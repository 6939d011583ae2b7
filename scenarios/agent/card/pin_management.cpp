#include "scenarios/agent/card/pin_management.h"

namespace smx::agent {
namespace {

/// The card's PIN as it was found, and the way back to it.
class PinKeeper {
 public:
  /// `may_block` is false when the card's owner does not allow what unblocks it to be used.
  PinKeeper(PinPort& port, const Pin& initial, bool may_block)
      : port_(port), initial_(initial), may_block_(may_block) {}

  /// From now on the card's PIN may be `changed` instead of the initial one.
  void changed_to(const Pin& changed) {
    changed_ = changed;
    dirty_ = true;
  }
  /// The card's PIN is the initial one again and its counter is full.
  void is_restored() { dirty_ = false; }
  void tries_spent() { dirty_ = true; }

  /// The quiet way back after a step that failed. At most one try of the PUK is spent. Never throws: what
  /// stays wrong is found by the controller, which looks at the card itself.
  void put_back() noexcept try {
    if (!dirty_) return;
    port_.start_afresh();
    const auto status = port_.status();
    // Change instead of unblock where it can be done: it spends nothing.
    if (!changed_.empty() && status.counter() && status.tries_left() > 1 &&
        port_.change(changed_, initial_).ok())
      return;
    if (changed_.empty() && status.counter() && status.tries_left() > 1 && port_.verify(initial_).ok())
      return;
    if (may_block_) port_.unblock(initial_);
  } catch (const std::exception&) {
    // The card is gone: there is nothing more to do here.
  }

 private:
  PinPort& port_;
  const Pin& initial_;
  const bool may_block_;
  Pin changed_;
  bool dirty_ = false;
};

class PinManagement {
 public:
  PinManagement(ScenarioContext& context, PinPort& port)
      : checks_(context.checks),
        details_(context.details),
        deadline_(context.deadline),
        port_(port),
        initial_(context.request.credential("pin")),
        may_block_(context.request.may_block),
        fresh_(new_pin(context.request)),
        wrong_(random_pin(initial_.reveal().size(), {&initial_, &fresh_})),
        keeper_(port, initial_, may_block_) {}
  ~PinManagement() { keeper_.put_back(); }
  PinManagement(const PinManagement&) = delete;
  PinManagement& operator=(const PinManagement&) = delete;

  /// Each step needs the one before it, so the first that fails ends the scenario.
  void run() {
    begin() && refuse_wrong() && change() && refuse_old() && accept_new() &&
        (may_block_ ? block_and_unblock() : change_back()) && restored();
  }

 private:
  bool expect(const char* check, bool as_it_should, StatusWord sw, const std::string& text) {
    if (as_it_should)
      checks_.passed(check, text + ": " + describe(sw));
    else
      checks_.failed(check, "wrong-status", "expected: " + text + "; the card answered " + describe(sw));
    return as_it_should;
  }

  /// The controller's choice, when it made one: it must find the PIN again if everything here dies.
  Pin new_pin(const Request& request) const {
    const auto* chosen = request.optional_credential("new_pin");
    return chosen != nullptr ? *chosen : random_pin(initial_.reveal().size(), {&initial_});
  }

  bool begin() {
    port_.start_afresh();
    const auto status = port_.status();
    // A personal card always keeps two tries.
    const int needed = may_block_ ? 2 : 3;
    if (!status.counter() || status.tries_left() < needed)
      throw StepFailure(CheckOutcome::blocked, "card-not-ready",
                        "the PIN must have " + std::to_string(needed) +
                            " tries left or more to begin with; the card says " + describe(status));
    tries_ = status.tries_left();
    details_.set({"tries", "before"}, std::int64_t{tries_});
    return true;
  }

  bool refuse_wrong() {
    keeper_.tries_spent();
    const auto sw = port_.verify(wrong_);
    return expect("wrong-pin-refused", sw.counter() && sw.tries_left() == tries_ - 1, sw,
                  "a wrong PIN is refused and counted");
  }

  bool change() {
    // Only a full counter is enough for whatever may go wrong in a change of a real card's PIN; the right one
    // fills it.
    if (!port_.verify(initial_).ok())
      return expect("pin-changed", false, port_.status(), "the right PIN fills the counter");
    keeper_.changed_to(fresh_);
    const auto sw = port_.change(initial_, fresh_);
    return expect("pin-changed", sw.ok(), sw, "the PIN is changed");
  }

  bool refuse_old() {
    // A successful change leaves the PIN verified, and a card may answer the next VERIFY from that state.
    port_.start_afresh();
    const auto sw = port_.verify(initial_);
    return expect("old-pin-refused", sw.counter(), sw, "the old PIN is refused");
  }

  bool accept_new() {
    const auto sw = port_.verify(fresh_);
    return expect("new-pin-accepted", sw.ok(), sw, "the new PIN is accepted");
  }

  bool block_and_unblock() { return block() && unblock(); }

  bool change_back() {
    constexpr auto kWhy = "the card's owner does not allow its PIN to be blocked";
    checks_.not_applicable("pin-blocked", "may-not-block", kWhy);
    checks_.not_applicable("unblocked-by-puk", "may-not-block", kWhy);
    const auto sw = port_.change(fresh_, initial_);
    return sw.ok() || expect("pin-restored", false, sw, "the PIN is changed back");
  }

  bool block() {
    port_.start_afresh();
    const auto full = port_.status();
    if (!expect_full(full)) return false;
    StatusWord sw = full;
    for (int left = full.tries_left(); left > 0; --left) {
      // Another one each time: a card need not count the same one twice.
      sw = port_.verify(random_pin(initial_.reveal().size(), {&initial_, &fresh_, &wrong_}));
      const bool counted = (sw.counter() && sw.tries_left() == left - 1) || (left == 1 && sw.blocked());
      if (!counted || deadline_.over())
        return expect("pin-blocked", false, sw,
                      "wrong PIN with " + std::to_string(left) + " left being counted");
    }
    // Blocked means that the right PIN is refused too.
    const auto right = port_.verify(fresh_);
    details_.set({"tries", "spent_to_block"}, std::int64_t{full.tries_left()});
    return expect("pin-blocked", right.blocked(), right,
                  "the right PIN is refused once the counter is at zero");
  }

  bool expect_full(StatusWord sw) {
    if (sw.counter() && sw.tries_left() == tries_) return true;
    return expect("pin-blocked", false, sw, "a full counter after the new PIN was accepted");
  }

  bool unblock() {
    const auto sw = port_.unblock(initial_);
    return expect("unblocked-by-puk", sw.ok(), sw, "the PUK, or the administrator, unblocks the PIN");
  }

  bool restored() {
    port_.start_afresh();
    const auto verified = port_.verify(initial_);
    port_.start_afresh();
    const auto status = port_.status();
    const bool good = verified.ok() && status.counter() && status.tries_left() == tries_;
    if (good) keeper_.is_restored();
    details_.set({"tries", "after"}, std::int64_t{status.counter() ? status.tries_left() : 0});
    return expect("pin-restored", good, verified.ok() ? status : verified,
                  "the first PIN is valid with a full counter");
  }

  Reporter& checks_;
  Details& details_;
  const Deadline& deadline_;
  PinPort& port_;
  const Pin& initial_;
  const bool may_block_;
  const Pin fresh_, wrong_;
  int tries_ = 0;
  PinKeeper keeper_;
};

void run_pin_management(ScenarioContext& context) {
  const Pin none;
  const auto& unblocker = context.request.may_block ? unblocking_credential(context.request) : none;
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  context.details.set({"reader"}, reader);
  const auto card = cards->connect(reader);
  const auto port = open_pin_port(*card, context.request.application, unblocker);
  manage_pin(context, *port);
}

}  // namespace

void manage_pin(ScenarioContext& context, PinPort& port) {
  PinManagement(context, port).run();
}

std::vector<std::string> pin_management_checks() {
  return {"wrong-pin-refused", "pin-changed",      "old-pin-refused", "new-pin-accepted",
          "pin-blocked",       "unblocked-by-puk", "pin-restored"};
}

/// Row 6: a wrong PIN is refused, the PIN is changed, blocked, unblocked by the PUK (a GIDS card: by the
/// administrator) and put back.
/// Spends all tries of the PIN (at most 15, each counted down by the card) and one of the PUK; whatever
/// happens, it tries to leave the first PIN valid with its counter full. Of a card that may not be blocked it
/// spends one try at a time, and never uses the PUK.
AgentScenario pin_management() {
  return {"pin-management", {{"main", pin_management_checks()}}, run_pin_management};
}

}  // namespace smx::agent
