#pragma once

#include "harness/core/types.h"

namespace smx {

/// Whether targets of this kind can be brought into the mode at all.
bool has_mode(TargetKind kind, BootMode mode);

}  // namespace smx
