#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/core/types.h"

// Inside of History.

namespace smx::history {

/// Counts outcomes as lists show them.
struct Tally {
  int cells = 0, passed = 0, failed = 0, flaky = 0;
  void count(std::optional<Outcome> outcome, bool is_flaky) {
    ++cells;
    passed += outcome == Outcome::passed ? 1 : 0;
    failed += outcome == Outcome::failed || outcome == Outcome::timed_out || outcome == Outcome::guest_crashed
                  ? 1
                  : 0;
    flaky += is_flaky ? 1 : 0;
  }
};

}  // namespace smx::history
