#pragma once

#include "scenarios/agent/core/bytes.h"

namespace smx::agent {

/// ECDSA's r and s, each half of `raw` (as CNG gives them), as the DER SEQUENCE of RFC 3279, 2.2.3. Empty
/// when the number of bytes is odd, zero or more than 132.
Bytes ecdsa_der(const Bytes& raw);

}  // namespace smx::agent
