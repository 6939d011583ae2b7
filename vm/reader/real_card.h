#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "vm/pcsc/host_card.h"
#include "vm/safety/pin_recovery.h"
#include "vm/safety/relayed_card.h"

namespace smx::vm {

/// What tells a real card from every other, and what can be read from it without a PIN.
struct CardIdentity {
  std::string id;               ///< hex; of its ATR and CHUID, or its 9A certificate when it has no CHUID
  std::string certificate_pem;  ///< of PIV 9A; "" when there is none that can be read
};

/// Resets the card. Throws Error(environment): no PIV card, or one that nothing tells from others.
CardIdentity identify(CardDevice& card, ByteView atr);

/// A real card in a reader of this host, held by this process alone, with its ledger.
struct RealCard {
  /// `device`: a reader's name or part of it; empty: the only one. `ledgers`: the folder. `on_gone` is called
  /// once when the card is taken out. Throws Error(environment).
  RealCard(const std::string& device, const std::filesystem::path& ledgers,
           std::function<void()> on_gone = {});

  std::string reader;  ///< its full name
  HostCard host;
  RelayedCard relay;
  CardIdentity identity;
  PinLedger ledger;
};

/// Where this user's ledgers are: state_home()/cards.
std::filesystem::path ledgers_folder();

/// `safemode-matrix card recover`: brings the card back to the PIN given. A person asks for it, so a PIN that
/// the ledger counts as refused is presented again, once. Throws Error(environment).
Restored recover_card(const std::string& device, const CardSecrets& owner, RestoreOptions options,
                      const std::filesystem::path& ledgers = ledgers_folder());

}  // namespace smx::vm
