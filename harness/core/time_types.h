#pragma once

#include <chrono>

namespace smx {

using Milliseconds = std::chrono::milliseconds;
/// Of the system clock: UTC, without leap seconds.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace smx
