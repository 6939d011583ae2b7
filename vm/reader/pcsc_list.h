#pragma once

#include <string>
#include <vector>

namespace smx::vm {

/// A reader that this host's smart card service knows.
struct PcscReader {
  std::string name;
  bool card = false;    ///< a card is in it
  bool in_use = false;  ///< a program holds the card for itself
  bool mute = false;    ///< the card does not answer
  std::string atr_hex;  ///< of the card, if any
};

struct PcscList {
  std::string trouble;  ///< why the service cannot be asked, and the way out; "" when it answered
  std::vector<PcscReader> readers;
};

/// Asks pcscd for its readers and their cards; waits for nothing and talks to no card.
PcscList list_pcsc_readers();

}  // namespace smx::vm
