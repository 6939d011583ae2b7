#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

namespace smx {

/// Tells everything that waits that the run is to stop. One per process, passed by reference.
/// Thread-safe; `cancel` may not be called from a signal handler (a signal thread calls it).
class CancelToken {
 public:
  void cancel();
  bool cancelled() const noexcept { return cancelled_; }
  /// Throws Cancelled when cancelled.
  void check() const;

 private:
  friend class CancelCallback;
  std::atomic<bool> cancelled_{false};
  mutable std::mutex mutex_;
  mutable std::map<const void*, std::function<void()>> callbacks_;
};

/// Runs `wake` when the token is cancelled, for as long as this object lives (at once if it already is).
/// `wake` runs on the cancelling thread and must not block; after the destructor it is not running.
class CancelCallback {
 public:
  CancelCallback(const CancelToken& token, std::function<void()> wake);
  ~CancelCallback();
  CancelCallback(const CancelCallback&) = delete;
  CancelCallback& operator=(const CancelCallback&) = delete;

 private:
  const CancelToken& token_;
};

}  // namespace smx
