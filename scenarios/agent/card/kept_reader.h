#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/core/platform.h"

namespace smx::agent {

/// A reader as one phase of a scenario left it for the next. The service's event counter proves a removal or
/// an insertion even when it came before the next phase began.
struct KeptReader {
  std::string reader;
  std::uint32_t events = 0;

  /// The state from which an event counts.
  ReaderStatus status(bool card) const;
};

/// `key`: the scenario's, a plain word.
void keep_reader(Platform& platform, const std::string& key, const KeptReader& kept);

/// Removed by this. Throws StepFailure (blocked, cause `earlier-check`) when the phase before left none.
KeptReader take_reader(Platform& platform, const std::string& key);

/// "event counter 3 to 4"
std::string counted(std::uint32_t from, std::uint32_t to);

}  // namespace smx::agent
