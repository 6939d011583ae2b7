#pragma once

#include "harness/core/model/plan.h"

namespace smx::app {

/// Refuses, before anything boots, what the formats know and this version cannot run, and card files of the
/// plan's boots that are not a card or have no key and certificate 9A, and files that do not hold
/// certificates. Reads those files; their secrets stay in them. Throws Error(usage) with the place in the
/// matrix.
void check_readers_and_cards(const Plan& plan);

/// Refuses files of an existing domain's authority that cannot be used (any more), likewise.
void check_lab(const Plan& plan);

}  // namespace smx::app
