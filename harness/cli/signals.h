#pragma once

#include <atomic>
#include <thread>

#include "harness/core/cancel.h"

namespace smx::cli {

/// Turns the first SIGINT, SIGTERM or SIGHUP into a cancellation, and the second into an immediate end. Made
/// first in `main`, before any thread, so that every thread inherits the blocked signals.
class SignalThread {
 public:
  explicit SignalThread(CancelToken& cancel);
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

  /// The signal that cancelled the run, or 0.
  int received() const { return received_; }

 private:
  void wait();

  CancelToken& cancel_;
  std::atomic<int> received_{0};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace smx::cli
