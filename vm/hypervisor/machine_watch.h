#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "vm/hypervisor/hypervisor.h"

namespace smx::vm {

/// What the hypervisor's events said of one machine. Written by the event loop's thread. Thread-safe.
class MachineWatch {
 public:
  void agent_changed(bool connected);
  /// Only the first end counts.
  void ended(MachineState how);
  std::optional<MachineState> end() const;
  /// Blocks until the agent is connected (true), or the machine has ended, the time is over or `cancel` is
  /// cancelled (false).
  bool wait_for_agent(std::chrono::steady_clock::time_point until, const CancelToken& cancel);
  /// Blocks until the agent is not connected (true, an end included), the time is over or `cancel` is
  /// cancelled (false).
  bool wait_for_agent_to_leave(std::chrono::steady_clock::time_point until, const CancelToken& cancel);
  /// Blocks until the machine has ended, the time is over or `cancel` is cancelled.
  void wait_for_end(std::chrono::steady_clock::time_point until, const CancelToken& cancel);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool agent_ = false;
  std::optional<MachineState> end_;

  /// Waits for what the events make of this watch; gives back whether `there` holds, a cancelled wait does
  /// not.
  template <typename Condition>
  bool wait(std::chrono::steady_clock::time_point until, const CancelToken& cancel, Condition there);
};

/// The watches of the machines that are there, by name. A watch is entered before its machine is started, so
/// no event is missed. Thread-safe.
class MachineWatches {
 public:
  /// Throws Error(environment) when a machine of this name is watched already.
  std::shared_ptr<MachineWatch> enter(const std::string& name);
  void leave(const std::string& name);
  /// Null for a machine that is not ours.
  std::shared_ptr<MachineWatch> find(const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<MachineWatch>> watches_;
};

}  // namespace smx::vm
