#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/time_types.h"
#include "harness/core/types.h"

namespace smx {

/// What a plan depends on beside the files.
struct PlanOptions {
  int slots = 1;                  ///< machines that may run at the same time, at least 1
  std::vector<std::string> only;  ///< globs over cell ids; none: every cell
  std::map<TargetKind, Milliseconds> boot_estimate{{TargetKind::windows, Milliseconds(90000)},
                                                   {TargetKind::reference_linux, Milliseconds(6000)},
                                                   {TargetKind::reference_wine, Milliseconds(20000)}};
  Milliseconds scenario_estimate{1500};  ///< for one covered cell
};

}  // namespace smx
