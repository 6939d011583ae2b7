#pragma once

#include <optional>
#include <string>

#include "vm/card/memory/card_data.h"

// What a card holds, whichever its application is.

namespace smx::vm {

/// The key that scenarios authenticate with (PIV: 9A; GIDS: the default container's); null when the card has
/// none.
const KeyPair* authentication_key(const CardData& data);
/// The DER of that key's certificate; nothing when the card has none that can be read.
std::optional<Bytes> authentication_certificate(const CardData& data);
void set_authentication_certificate(CardData& data, ByteView der);

/// The GUID in the CHUID, or a GIDS card's identifier, as hex; "" when there is none.
std::string card_guid(const CardData& data);

}  // namespace smx::vm
