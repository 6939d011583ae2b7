#pragma once

#include "scenarios/agent/core/bytes.h"

namespace smx::agent {

/// Whether an ATR is a Calais entry's under its mask: the bits that the mask sets are compared; without a
/// mask, all. An entry that is empty or of another length is not a match. Pure.
bool matches_atr(const Bytes& atr, const Bytes& entry, const Bytes& mask);

}  // namespace smx::agent
