#include <algorithm>

#include "vm/boot/boot_strategy.h"

namespace smx::vm {

Proof prove(std::vector<Fact> facts, std::size_t least) {
  const bool agree = std::all_of(facts.begin(), facts.end(), [](const Fact& fact) { return fact.agrees; });
  const bool enough = facts.size() >= least && !facts.empty();
  return {agree && enough, std::move(facts)};
}

}  // namespace smx::vm
