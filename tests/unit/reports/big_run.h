#pragma once

#include "tests/unit/reports/sample_run.h"

namespace smx::testing {

/// A large run as a big lab would have it: 209 targets × 3 modes × 16 scenarios, 10,032 cells, every row
/// covered. Six checks an attempt and three pieces of evidence; of 100 cells three need attention (one
/// deviates, one is inconclusive, one is flaky), each after two attempts and with evidence worth showing.
RoutineRun big_run();

}  // namespace smx::testing
