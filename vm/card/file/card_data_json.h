#pragma once

#include <string>
#include <string_view>

#include "vm/card/memory/card_data.h"

namespace smx::vm {

/// The version of the card file that `format_card` writes; older ones are read, newer ones refused.
inline constexpr int kCardFileVersion = 2;

/// The card file's text. Holds the private keys: treat it as a secret.
std::string format_card(const CardData& data);

/// The inverse. Throws Error(usage) naming `origin` (the file), the place in it and what is wrong; never
/// shows what the file holds.
CardData parse_card(std::string_view text, const std::string& origin);

}  // namespace smx::vm
