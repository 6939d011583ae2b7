#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "vm/safety/pin_recovery.h"

namespace smx::vm {

/// Stands between a guest and a real PIV card, so that nothing a guest does can harm it.
///
///  - VERIFY of the card's PIN passes when two tries are left or more;
///  - VERIFY of another value, when three are left or more, and it was not presented before (since the
///    change);
///  - CHANGE REFERENCE DATA, from the card's PIN to the original or the controller's own, three left;
///  - RESET RETRY COUNTER, with `allow_blocking` and the PUK given, to the original or the controller's own
///    PIN;
///  - GENERAL AUTHENTICATE, with a key that is not a management key;
///  - what only reads, always;
///  - what manages the card, never: 6982;
///  - everything else, never: 6D00 or 6E00, as from a card that does not know it.
///
/// The counter is read before every command that presents a PIN, by an empty VERIFY. A change is in the
/// ledger before the card hears of it. A refusal is noted in the trace and kept for `take_refusals`: what the
/// guest then reports says nothing of the card. Thread-safe.
class GuardedCard : public CardDevice {
 public:
  struct Rules {
    CardSecrets owner;
    Secret new_pin;  ///< the controller's own PIN, number `new_number` in the ledger
    PinNumber new_number = 0;
    bool allow_blocking = false;  ///< the guest may bring the counter to zero, and unblock by the PUK
    int full = 0;                 ///< the counter when full
  };

  /// Any PIN is refused. `card` outlives this.
  explicit GuardedCard(CardDevice& card) : card_(card) {}
  /// `ledger` outlives this; the card was shown to have the original PIN (`restore_pin`).
  GuardedCard(CardDevice& card, PinLedger& ledger, Rules rules);

  Bytes atr() override { return card_.atr(); }
  Bytes transmit(ByteView command) override;
  void reset() override;
  void note(const std::string& event) override { card_.note(event); }
  bool enter_reader() override { return card_.enter_reader(); }
  void leave_reader() noexcept override { card_.leave_reader(); }
  void abandon() noexcept override { card_.abandon(); }

  /// What was refused since the last call, for a person: "" when nothing.
  std::string take_refusals();
  /// Runs `work` on the card itself, with no command of the guest in between, and takes what the guest had
  /// selected away.
  void exclusively(const std::function<void()>& work);
  /// Only inside `exclusively`: values that failed before the PIN was changed may be presented again.
  void pin_was_changed();

 private:
  /// The application that the guest's commands reach. After a reset it is not known; a guest that sees by the
  /// discovery object that it is PIV does not select it.
  enum class Selected { unknown, piv, other };

  Bytes decide(const CommandApdu& command, ByteView bytes);
  Bytes select(const CommandApdu& command, ByteView bytes);
  bool piv_is_selected();
  Bytes verify(const CommandApdu& command, ByteView bytes);
  Bytes change(const CommandApdu& command, ByteView bytes);
  Bytes unblock(const CommandApdu& command, ByteView bytes);
  Bytes spend_try(std::optional<PinNumber> number, int left, ByteView value, ByteView bytes);
  /// Passes a change of the PIN to `to`, between its records in the ledger.
  Bytes journalled(PinNumber to, int left, ByteView bytes);
  Bytes refuse(const std::string& what, StatusWord status = sw::kConditionsNotSatisfied);
  Bytes unknown(const CommandApdu& command, StatusWord status);

  std::optional<int> tries_left();
  bool allow_spending(int left);
  std::optional<PinNumber> number_of(ByteView padded) const;
  bool is_known_right(ByteView padded) const;
  bool has_failed(ByteView value) const;
  void remember_failure(ByteView value);

  CardDevice& card_;
  PinLedger* ledger_ = nullptr;
  Rules rules_;
  mutable std::mutex mutex_;
  Selected selected_ = Selected::unknown;
  std::vector<std::string> refusals_;
  const Bytes hash_key_ = random_bytes(32);
  std::vector<std::string> failed_;  ///< keyed hashes of values that failed since the PIN was changed
};

}  // namespace smx::vm
