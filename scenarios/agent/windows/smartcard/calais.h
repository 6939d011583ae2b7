#pragma once

#include <string>
#include <vector>

#include "scenarios/agent/core/bytes.h"

// Windows' table of cards: HKLM\SOFTWARE\Microsoft\Cryptography\Calais\SmartCards.

namespace smx::agent {

struct CalaisCard {
  std::string name;
  Bytes atr, mask;         ///< of the same length; the mask's set bits count
  std::string minidriver;  ///< value 80000001: a path, or a name in the system folder
  std::string provider;    ///< value "Crypto Provider"
  bool in_32_bit_view = false;
};

/// Both views of a 64-bit system, at most 256 cards each.
std::vector<CalaisCard> calais_cards();

/// The first entry of this process's own view (32 or 64 bits, since its minidriver is to be loaded) that
/// matches an ATR, or one without a name. The discovery of cards by their application (PIV, GIDS), which has
/// no ATR of its own, leaves an entry too once it has seen the card.
CalaisCard find_calais_card(const Bytes& atr);

}  // namespace smx::agent
