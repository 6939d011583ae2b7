#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/bytes.h"

// What a ledger's records mean for the PIN of a card. Pure: no file, no card, no PIN.
//
// PINs are spoken of by number: 0 is the original one, which the owner gave; the others are the controller's
// own, each made of the original and a random salt, so that the original and the ledger give them all again.

namespace smx::vm {

using PinNumber = unsigned;
inline constexpr PinNumber kOriginalPin = 0;

struct LedgerRecord {
  enum class Kind {
    card,       ///< whose ledger this is; the first record
    pin,        ///< PIN `pin` is the original's derivative by `salt`
    change,     ///< the card's PIN is about to become `pin`; its counter shows `left`
    changed,    ///< ... and became it
    unchanged,  ///< ... and the card refused
    attempt,    ///< the controller is about to present `pin`; the counter shows `left`
    right,      ///< ... and it was right
    wrong,      ///< ... and it was wrong
    blocking,   ///< the owner allowed it, and the guest is about to bring the counter to zero
    puk_wrong,  ///< the PUK was presented, and was wrong
    anew,       ///< a person says that the PIN given from now on is the card's
    clean,      ///< the original is right and its counter full: nothing before this matters any more
  };
  Kind kind = Kind::clean;
  PinNumber pin = kOriginalPin;
  int left = 0;
  std::string text = {};  ///< `card`: its id; `pin`: the salt, hex
  bool operator==(const LedgerRecord&) const = default;
};

/// Which PINs the card may have, after everything that was begun and everything that is known to have ended.
///
///   change N   the card has what it had, or N        changed N   it has N      unchanged   what it had
///   attempt N  if nothing follows and the counter    right N     it has N      wrong N     not N
///              fell, N may have failed
///
/// What failed, or may have, since the PIN was changed is not presented again, unless it is the only one
/// left.
class PinHistory {
 public:
  void apply(const LedgerRecord& record);

  /// The one PIN that the card has, if the original that the owner gave is right; nothing while more than one
  /// is possible.
  std::optional<PinNumber> known() const;
  /// What to present next in order to find out, the newest first; nothing when what is possible may have
  /// failed already (`left` is the counter now) and is not the only one that is left over.
  std::optional<PinNumber> next_candidate(int left) const;
  const std::vector<PinNumber>& possible() const { return possible_; }
  /// Nothing of the harness's doing is on the card.
  bool clean() const { return clean_; }
  /// No PIN that the ledger knows is the card's.
  bool lost() const { return possible_.empty(); }
  bool blocking() const { return blocking_; }
  bool puk_is_wrong() const { return puk_is_wrong_; }
  std::optional<Bytes> salt(PinNumber pin) const;
  PinNumber next_number() const { return next_; }

 private:
  struct Attempt {
    PinNumber pin = kOriginalPin;
    int left = 0;
  };
  void settle_open_attempt(int left);
  bool may_have_failed(PinNumber pin, int left) const;
  void restart();

  std::vector<PinNumber> possible_{kOriginalPin};  ///< the oldest first
  std::vector<PinNumber> before_;                  ///< what was possible before the open change
  bool eliminated_ = false;                        ///< the others turned out to be wrong
  std::vector<PinNumber> stale_;                   ///< failed before a change that may have made them right
  std::vector<PinNumber> failed_;  ///< presented since the PIN was changed, and wrong or unknown
  std::optional<Attempt> open_;
  std::vector<std::pair<PinNumber, Bytes>> salts_;
  PinNumber next_ = 1;
  bool clean_ = true, blocking_ = false, puk_is_wrong_ = false;
};

}  // namespace smx::vm
