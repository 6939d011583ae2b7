#pragma once

#include <string_view>

#include "scenarios/agent/core/bytes.h"

// What `certutil -scinfo` prints is in the system's language: only names and numbers are looked for. Pure.

namespace smx::agent {

/// Whether a name is in the output, white space aside.
bool names_text(std::string_view output, std::string_view name);

/// Whether these bytes are in the output as hex digits, in one piece or with spaces between them, in either
/// case of letters.
bool names_bytes(std::string_view output, const Bytes& bytes);

}  // namespace smx::agent
