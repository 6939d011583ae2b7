#pragma once

#include <functional>

#include "scenarios/agent/core/deadline.h"

namespace smx::agent {

/// Asks again and again until it is so, since Windows tells no other process of these things. False when the
/// time is over.
bool wait_until(const Deadline& deadline, const std::function<bool()>& is_so);

}  // namespace smx::agent
