#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 7: the PIN is entered on the reader's own pad. A feature that a reader claims counts only once it was
/// used with success. No try of the PIN is spent: the counter is compared before and after.
Scenario external_pin_entry();

}  // namespace smx::agent
