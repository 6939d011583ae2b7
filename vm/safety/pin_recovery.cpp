#include "vm/safety/pin_recovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "vm/card/memory/reference_data.h"

namespace smx::vm {
namespace {

using Kind = LedgerRecord::Kind;

class Restoration {
 public:
  Restoration(CardDevice& card, PinLedger& ledger, const CardSecrets& owner, RestoreOptions options)
      : pin_(card), ledger_(ledger), owner_(owner), options_(options) {}

  Restored run() {
    if (owner_.pin.empty()) return failed("its PIN was not given");
    if (const auto why = pin_trouble(owner_.pin); !why.empty()) return failed("the PIN given " + why);
    if (!read_counter()) return result_;
    // Each turn ends this, makes one candidate fewer, or is the one that unblocks.
    while (!is_original()) {
      if (left_ < kLeastTries && may_unblock()) {
        if (!unblock()) return result_;
        continue;
      }
      const auto next = next_candidate();
      if (!next || !present(*next)) return result_;
    }
    return result_;
  }

 private:
  Restored failed(std::string why) {
    result_.message = std::move(why);
    return result_;
  }
  bool fail(std::string why) {
    failed(std::move(why));
    return false;
  }

  bool read_counter() {
    if (!pin_.start_afresh()) return fail("the card does not answer to SELECT PIV");
    const auto left = pin_.tries_left();
    if (!left) return fail("the card does not tell its retry counter");
    left_ = *left;
    return true;
  }

  /// After VERIFY of the original: the counter is full, and shows how much that is.
  bool is_original() {
    if (shown_right_ != kOriginalPin) return false;
    if (!read_counter()) return true;
    ledger_.compact();
    result_.ok = true;
    result_.full = left_;
    return true;
  }

  std::optional<PinNumber> next_candidate() {
    const auto& history = ledger_.history();
    if (shown_right_) return *shown_right_;
    if (history.lost()) {
      fail(
          fmt::format("the PIN given is not the card's{}; find out the right one and run `safemode-matrix "
                      "card recover` with it",
                      history.next_number() > 1 ? ", nor is any that the ledger gives with it" : ""));
      return std::nullopt;
    }
    const auto next = history.next_candidate(left_);
    if (!next) {
      fail(
          fmt::format("the controller died while it presented the PIN, which may have been refused (the "
                      "card's retry counter is at {}); run `safemode-matrix card recover`, which presents it "
                      "once more",
                      left_));
      return std::nullopt;
    }
    if (left_ >= kLeastTries) return next;
    if (left_ == 0) {
      fail(
          fmt::format("its PIN is blocked{}; unblock it with the PUK by the issuer's own program, and run "
                      "`safemode-matrix card recover`",
                      history.puk_is_wrong() ? " and the PUK given was refused" : ""));
      return std::nullopt;
    }
    if (options_.use_last_try && history.known()) return next;
    fail(history.known()
             ? "the card has one try left, which is not touched; the PIN is known: `safemode-matrix card "
               "recover --use-last-try` presents it"
             : fmt::format("the card has one try left and {} PINs are possible; unblock it with its PUK by "
                           "the issuer's own program, then run `safemode-matrix card recover`",
                           history.possible().size()));
    return std::nullopt;
  }

  bool present(PinNumber number) {
    const auto value = ledger_.value(number, owner_.pin);
    if (shown_right_ == number) return change_back(number, value);
    ledger_.note({.kind = Kind::attempt, .pin = number, .left = left_});
    const auto status = pin_.verify(value);
    if (status == sw::kOk) {
      if (number != kOriginalPin) ledger_.note({.kind = Kind::right, .pin = number});
      shown_right_ = number;
      return true;
    }
    const auto tries = tries_in(status);
    if (!tries) return fail(fmt::format("the card answered {:04X} to its PIN", status));
    ledger_.note({.kind = Kind::wrong, .pin = number});
    left_ = *tries;
    return true;
  }

  bool change_back(PinNumber number, const Secret& value) {
    if (!read_counter()) return false;
    ledger_.note({.kind = Kind::change, .pin = kOriginalPin, .left = left_});
    const auto status = pin_.change(value, owner_.pin);
    if (status == sw::kOk) {
      ledger_.note({.kind = Kind::changed, .pin = kOriginalPin});
      result_.changed = true;
      shown_right_.reset();
      return read_counter();
    }
    if (is_refusal(status)) ledger_.note({.kind = Kind::unchanged, .pin = number});
    return fail(fmt::format("the card answered {:04X} when its PIN was to be changed back", status));
  }

  /// The owner allowed a run to block this PIN, so the PUK may mend it.
  bool may_unblock() const {
    const auto& history = ledger_.history();
    return history.blocking() && !owner_.puk.empty() && !history.puk_is_wrong();
  }

  bool unblock() {
    ledger_.note({.kind = Kind::change, .pin = kOriginalPin, .left = left_});
    const auto status = pin_.unblock(owner_.puk, owner_.pin);
    if (status == sw::kOk) {
      ledger_.note({.kind = Kind::changed, .pin = kOriginalPin});
      result_.changed = true;
      return read_counter();
    }
    if (tries_in(status)) ledger_.note({.kind = Kind::puk_wrong});
    return fail(
        fmt::format("the card answered {:04X} to its PUK; unblock it by the issuer's own program", status));
  }

  PivPin pin_;
  PinLedger& ledger_;
  const CardSecrets& owner_;
  const RestoreOptions options_;
  int left_ = 0;
  std::optional<PinNumber> shown_right_;
  Restored result_;
};

std::string digits_trouble(const Secret& secret) {
  const auto text = secret.reveal();
  if (text.size() < 6 || text.size() > 8) return "does not have 6 to 8 characters";
  return {};
}

}  // namespace

Restored restore_pin(CardDevice& card, PinLedger& ledger, const CardSecrets& owner, RestoreOptions options) {
  return Restoration(card, ledger, owner, options).run();
}

std::string pin_trouble(const Secret& pin) {
  const auto text = pin.reveal();
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return "is not all digits";
  return digits_trouble(pin);
}

std::string puk_trouble(const Secret& puk) {
  return digits_trouble(puk);
}

}  // namespace smx::vm
