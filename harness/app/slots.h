#pragma once

#include <cstddef>

namespace smx::app {

/// Machines that this host carries at a time: one a core, as far as three quarters of the available memory
/// go.
std::size_t default_slots();

}  // namespace smx::app
