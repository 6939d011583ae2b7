#pragma once

#include <string>
#include <vector>

#include "harness/core/model/observation.h"

namespace smx {

/// Whether every check of `ids` is there and passed.
bool all_passed(const std::vector<Check>& checks, const std::vector<std::string>& ids);

}  // namespace smx
