#pragma once

#include "scenarios/agent/core/bytes.h"

namespace smx::agent {

/// Encrypts one block of 8 bytes by Triple-DES with three keys (NIST SP 800-67, EDE): what a GIDS card wants
/// of an administrator who answers its challenge. `key` has 24 bytes, whose parity bits do not matter. Throws
/// std::invalid_argument for other sizes. For that one block only: it is neither fast nor in constant time.
Bytes triple_des_encrypt(const Bytes& key, const Bytes& block);

}  // namespace smx::agent
