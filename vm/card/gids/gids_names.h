#pragma once

#include <string>

#include "vm/card/iso7816/apdu.h"

namespace smx::vm::gids {

/// A command to the GIDS application in words: "VERIFY PIN", "GET DATA cmapfile", "PUT KEY 81". Pure. Only
/// headers, file ids, key references and tags are looked at, and in a part of a chain, whose bytes may be the
/// middle of a key, the header alone.
std::string describe(const CommandApdu& command);

}  // namespace smx::vm::gids
