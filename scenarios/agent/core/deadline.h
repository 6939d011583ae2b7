#pragma once

#include <algorithm>
#include <chrono>

namespace smx::agent {

/// The point in time by which a scenario must be over. Everything that waits asks it how long it may.
class Deadline {
 public:
  using Duration = std::chrono::milliseconds;
  explicit Deadline(Duration limit) : end_(Clock::now() + limit) {}

  /// Never negative; zero when the time is over.
  Duration remaining() const {
    return std::max(Duration{0}, std::chrono::duration_cast<Duration>(end_ - Clock::now()));
  }
  Duration remaining(Duration at_most) const { return std::min(remaining(), at_most); }
  bool over() const { return remaining() == Duration{0}; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point end_;
};

}  // namespace smx::agent
