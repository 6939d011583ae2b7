#include "scenarios/agent/windows/smartcard/calais_match.h"

namespace smx::agent {

bool matches_atr(const Bytes& atr, const Bytes& entry, const Bytes& mask) {
  if (entry.empty() || atr.size() != entry.size() || (!mask.empty() && mask.size() != entry.size()))
    return false;
  for (std::size_t i = 0; i < atr.size(); ++i) {
    const int compared = mask.empty() ? 0xff : mask[i];
    if ((atr[i] & compared) != (entry[i] & compared)) return false;
  }
  return true;
}

}  // namespace smx::agent
