#pragma once

#include <cstdint>
#include <map>

#include "harness/core/bytes.h"

// What a card keeps for the GIDS application (Generic Identity Device Specification, version 2), beside the
// PIN, the PUK and the asymmetric keys that every application has. Plain data.

namespace smx::vm {

/// The application's life cycle (GIDS, 6): everything may be written while it is created, by access
/// conditions once it is in operation, nothing any more when it was terminated.
enum class GidsState { creation, operational, terminated };

/// An elementary file. Data files hold data objects by tag; a key file (B0xx) stands for the key with the
/// reference xx, which is kept in CardData::keys, or, for B080, in GidsData::admin_key.
struct GidsFile {
  Bytes fcp;            ///< file control parameters as CREATE FILE gave them, with the 62
  bool active = false;  ///< ACTIVATE FILE was sent; before that nothing else works
  std::map<std::uint32_t, Bytes> objects;
  bool operator==(const GidsFile&) const = default;
};

struct GidsData {
  GidsState state = GidsState::creation;
  /// Characters of the PIN and the PUK. CHANGE REFERENCE DATA sends the old and the new value in one piece
  /// and only the card knows where one ends. 0: there is none.
  int pin_length = 0, puk_length = 0;
  Bytes admin_key;  ///< 24 bytes, Triple-DES; empty: none yet. Secret
  std::map<std::uint16_t, GidsFile> files;
  bool operator==(const GidsData&) const = default;
};

}  // namespace smx::vm
