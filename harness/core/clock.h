#pragma once

#include <chrono>

#include "harness/core/time_types.h"

namespace smx {

/// The time of day for records. Limits are measured with std::chrono::steady_clock, not with this.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

/// Stands still until it is told to go on. Not thread-safe.
class FakeClock : public Clock {
 public:
  explicit FakeClock(TimePoint start) : now_(start) {}
  TimePoint now() const override { return now_; }
  void tick(Milliseconds by) { now_ += by; }

 private:
  TimePoint now_;
};

}  // namespace smx
