#pragma once

#include "vm/card/memory/card_data.h"

namespace smx::vm {

/// Differs from the PIV card's: Windows remembers by the ATR which of the two a card was. It says too that
/// commands can be chained (historical bytes, card capabilities, third byte 80).
inline constexpr std::string_view kGidsAtr = "3b6800000073c84080009000";

/// A new GIDS card in operation: file system, one container with a fresh RSA 2048 key, an administrator's
/// key, and no PUK, as Microsoft has it for cards that the administrator unblocks. No certificate yet.
/// `issue.puk` is not used; `issue.key` must be RSA. Throws Error(usage) when PIN, kind of key or
/// administrator's key (24 bytes) have the wrong form.
CardData new_gids_card(const CardIssue& issue, ByteView admin_key);

/// A GIDS card that is not initialised: no file, no PIN, everything may be written until it is activated.
CardData blank_gids_card(int pin_tries = 3, unsigned iterations = kDefaultIterations);

/// Puts an authority's certificate among the roots that the card gives to Windows (mscp\msroots).
void set_gids_root(CardData& data, ByteView certificate);

/// 24 bytes from 48 hex digits. Throws Error(usage), which never shows them.
Bytes parse_admin_key(std::string_view digits);

}  // namespace smx::vm
