#include "harness/core/model/matrix.h"

namespace smx {

const ScreenPart* screen_part(const Scenario& scenario, const Target& target) {
  const auto on = scenario.targets.find(target.kind);
  if (!target.screen || on == scenario.targets.end() || !on->second.screen) return nullptr;
  return &*on->second.screen;
}

}  // namespace smx
