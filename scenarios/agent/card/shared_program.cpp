#include "scenarios/agent/card/shared_program.h"

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

/// Another program has reset the card, or its power is off for the moment (SCARD_W_RESET_CARD,
/// SCARD_W_UNPOWERED_CARD): the connection is good again after a reconnect.
bool by_another_program(const StepFailure& failure) {
  return failure.cause == "card-reset" || failure.cause == "card-mute";
}

/// Reconnects as often as others reset the card meanwhile, within reason.
class Transaction {
 public:
  explicit Transaction(SharedCard& card) : card_(card) {
    constexpr int kMostResets = 5;
    for (int resets = 0;; ++resets) {
      try {
        card_.begin();
        return;
      } catch (const StepFailure& failure) {
        if (!by_another_program(failure) || resets == kMostResets) throw;
      }
      card_.reconnect();
    }
  }
  ~Transaction() { card_.end(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

 private:
  SharedCard& card_;
};

/// Has the card forget the PIN, whichever step fails: the other program must present it for itself.
class VerifiedPin {
 public:
  explicit VerifiedPin(AuthenticationKey& key) : key_(key) {}
  ~VerifiedPin() {
    try {
      key_.select_afresh();
    } catch (const StepFailure&) {
      // The card is gone or was reset, and the PIN with it.
    }
  }
  VerifiedPin(const VerifiedPin&) = delete;
  VerifiedPin& operator=(const VerifiedPin&) = delete;

 private:
  AuthenticationKey& key_;
};

}  // namespace

SharedProgram::SharedProgram(std::unique_ptr<SmartCards> cards, const std::string& reader,
                             CardApplication application)
    : cards_(std::move(cards)),
      reader_(reader),
      card_(cards_->connect_shared(reader)),
      key_(open_authentication_key(*card_, application)) {}

Bytes SharedProgram::atr() {
  const Transaction alone(*card_);
  return card_->atr();
}

Bytes SharedProgram::read_certificate() {
  const Transaction alone(*card_);
  key_->select_afresh();
  return key_->stored_certificate();
}

std::optional<std::string> SharedProgram::notice_power_up() {
  try {
    key_->select_afresh();
    return std::nullopt;
  } catch (const StepFailure& failure) {
    if (!by_another_program(failure)) throw;
    card_->reconnect();
    return failure.message;
  }
}

void SharedProgram::read_and_sign(const Work& work) {
  const Transaction alone(*card_);
  if (work.pin_refused) return;
  key_->select_afresh();
  if (key_->stored_certificate() != work.certificate)
    throw StepFailure(CheckOutcome::failed, "other-certificate",
                      "the card has another certificate than before its power-up");
  const VerifiedPin forgotten(*key_);
  const auto verified = key_->verify(work.pin);
  work.pin_refused = !verified.ok();
  if (!verified.ok())
    throw StepFailure(CheckOutcome::failed, verified.blocked() ? "pin-blocked" : "wrong-pin",
                      "the card refuses the PIN: " + describe(verified));
  key_->sign(work.digest, work.certificate);
}

}  // namespace smx::agent
