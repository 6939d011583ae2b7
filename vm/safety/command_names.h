#pragma once

#include <string>

#include "vm/card/apdu.h"

namespace smx::vm {

/// A command in words, for the trace of a card whose application is not ours to ask: "VERIFY 80 (status)".
std::string command_name(const CommandApdu& command);

}  // namespace smx::vm
