#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vm/card/memory/card_secrets.h"
#include "vm/card/memory/gids_data.h"
#include "vm/card/memory/key_pair.h"
#include "vm/card/memory/management_key.h"
#include "vm/card/memory/reference_data.h"

namespace smx::vm {

/// Key references of SP 800-73-4 part 1, table 4.
inline constexpr std::uint8_t kKeyAuthentication = 0x9a;

/// Data objects of SP 800-73-4 part 1, table 3, that every card holds as bytes.
inline constexpr std::uint32_t kObjectChuid = 0x5fc102;
inline constexpr std::uint32_t kObjectCcc = 0x5fc107;
inline constexpr std::uint32_t kObjectAuthenticationCertificate = 0x5fc105;

/// Offers T=0 only: QEMU's reader does T=0 at TPDU level, and the guest calls a T=1 card unresponsive.
/// TS direct, T0 = TA1 absent, 8 historical bytes (category 00, card service data c8: selection by full and
/// partial name; status 9000).
inline constexpr std::string_view kDefaultAtr = "3b6800000073c84000009000";

/// Everything that a card keeps when its power is off. Plain data.
struct CardData {
  std::string application = "piv";  ///< "piv" or "gids"
  Bytes atr;
  ReferenceData pin, puk;
  std::optional<ManagementKey> management_key;  ///< of a PIV card: 9B; none: no command manages it
  std::map<std::uint8_t, KeyPair> keys;         ///< by key reference
  Bytes issuer_certificate;                     ///< DER; empty: unknown
  std::map<std::uint32_t, Bytes> objects;       ///< contents of PIV data objects, by tag
  GidsData gids;                                ///< of a GIDS card
};

/// What a new card is made of. Its certificates are put in afterwards.
struct CardIssue : CardSecrets {
  KeyKind key = KeyKind::rsa2048;
  /// Key references that get a key each: 9A, 9C, 9D, 9E, and retired ones from 82 on, without a gap.
  std::vector<std::uint8_t> slots = {kKeyAuthentication};
  std::optional<ManagementKey> management_key = {};  ///< none: a random one
  int pin_tries = 3, puk_tries = 3;
  unsigned iterations = kDefaultIterations;
};

}  // namespace smx::vm
