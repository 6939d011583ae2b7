#pragma once

#include <string>

#include "vm/card/memory/card_secrets.h"
#include "vm/safety/pin_ledger.h"
#include "vm/safety/piv_pin.h"

namespace smx::vm {

/// Fewer tries than this are never touched: presenting even a right PIN costs a try when the power fails
/// before the card compared.
inline constexpr int kLeastTries = 2;

struct RestoreOptions {
  /// A person takes the risk: a PIN may be presented with one try left when it is the only possible one.
  bool use_last_try = false;
};

struct Restored {
  bool ok = false;       ///< the card has its original PIN, which is the one given, and a full counter
  bool changed = false;  ///< it had another one
  int full = 0;          ///< the counter when full; when `ok`
  std::string message;   ///< when not ok: why, and what a person can do
};

/// Brings a card back to its original PIN by what its ledger says, also when nothing was done to it: then it
/// shows that the PIN given is right. Every step is in the ledger before the card hears of it; nothing is
/// presented with fewer than kLeastTries left, nothing again that may have failed. Throws Error(environment)
/// when the ledger cannot be written.
Restored restore_pin(CardDevice& card, PinLedger& ledger, const CardSecrets& owner,
                     RestoreOptions options = {});

/// Why a PIN or PUK cannot be a PIV card's; "" when it can.
std::string pin_trouble(const Secret& pin);
std::string puk_trouble(const Secret& puk);

}  // namespace smx::vm
