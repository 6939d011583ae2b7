#pragma once

#include "harness/journal/run_store.h"

namespace smx::app {

/// This user's runs: $XDG_STATE_HOME/safemode-matrix/runs
journal::RunStore run_store();

}  // namespace smx::app
