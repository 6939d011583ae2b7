#pragma once

#include <optional>

#include "vm/card/memory/card_data.h"

namespace smx::vm {

/// A new PIV card: fresh keys, and a CHUID and CCC that no other card has. No certificate yet.
/// Throws Error(usage) when PIN, PUK or slots have the wrong form.
CardData new_piv_card(const CardIssue& issue);

/// The certificate of a private key of a PIV card; nothing when the card has none that can be read. Throws
/// Error(usage) for a reference that is not a key.
std::optional<Bytes> certificate_of(const CardData& data, std::uint8_t reference);
void set_certificate(CardData& data, std::uint8_t reference, ByteView der);

}  // namespace smx::vm
