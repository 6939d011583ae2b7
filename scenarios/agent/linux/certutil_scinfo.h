#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// "3b:68:00 ..." as opensc-tool writes it, as bytes; empty when it is not one.
Bytes parse_atr(std::string_view text);

/// The reader's name on the first line of `opensc-tool --list-readers` that shows one; empty when there is
/// none.
std::string parse_reader(std::string_view text);

/// The PKCS#11 mechanism for the certificate's key, in pkcs11-tool's spelling.
std::string signature_mechanism(const Bytes& certificate);

}  // namespace smx::agent
