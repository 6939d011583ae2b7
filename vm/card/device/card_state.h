#pragma once

#include <cstdint>

namespace smx::vm {

/// What the controller knows of the card itself, not through the guest: the independent side of a check.
struct CardState {
  int pin_tries_left = 0, pin_tries_max = 0;
  int puk_tries_left = 0, puk_tries_max = 0;
  bool pin_is_initial = false;  ///< the PIN is the one the card was issued with
  bool puk_is_initial = false;
  std::uint64_t pin_changes = 0;  ///< successful CHANGE REFERENCE DATA and RESET RETRY COUNTER since opened
  std::uint64_t pin_blocks = 0;   ///< times the PIN's counter reached zero since opened
  std::uint64_t signatures = 0;   ///< private key operations since opened
  std::uint64_t keys_made = 0;    ///< keys that the card generated itself since opened
  /// False: the controller does not see the card, and nothing else in here means anything.
  bool observable = true;
};

}  // namespace smx::vm
