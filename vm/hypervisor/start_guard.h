#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"

namespace smx::vm {

/// Stands by while libvirt starts a machine. libvirt waits for a new QEMU's first word without a limit of its
/// own, and cannot be called off: what ends such a wait is the end of that QEMU. So this kills the machine's
/// QEMU when the start takes longer than `limit`, or when it is cancelled; libvirt's call then fails.
class StartGuard {
 public:
  /// `machine` is the domain's name. `cancel` outlives this.
  StartGuard(std::string machine, Milliseconds limit, const CancelToken& cancel);
  /// The start is over.
  ~StartGuard();
  StartGuard(const StartGuard&) = delete;
  StartGuard& operator=(const StartGuard&) = delete;

  /// Whether it ended the start.
  bool intervened() const { return intervened_; }

 private:
  void stand_by(Milliseconds limit);

  const std::string machine_;
  const CancelToken& cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::atomic<bool> intervened_{false};
  std::thread thread_;
};

}  // namespace smx::vm
