#include "harness/core/all_passed.h"

#include <algorithm>

namespace smx {

bool all_passed(const std::vector<Check>& checks, const std::vector<std::string>& ids) {
  return std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
    return std::any_of(checks.begin(), checks.end(),
                       [&](const Check& c) { return c.id == id && c.outcome == Outcome::passed; });
  });
}

}  // namespace smx
