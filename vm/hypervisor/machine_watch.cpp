#include "vm/hypervisor/machine_watch.h"

#include "harness/core/error.h"

namespace smx::vm {

void MachineWatch::agent_changed(bool connected) {
  std::lock_guard lock(mutex_);
  agent_ = connected;
  changed_.notify_all();
}

void MachineWatch::ended(MachineState how) {
  std::lock_guard lock(mutex_);
  if (!end_) end_ = how;
  changed_.notify_all();
}

std::optional<MachineState> MachineWatch::end() const {
  std::lock_guard lock(mutex_);
  return end_;
}

template <typename Condition>
bool MachineWatch::wait(std::chrono::steady_clock::time_point until, const CancelToken& cancel,
                        Condition there) {
  CancelCallback wake(cancel, [this] {
    std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return there() || end_ || cancel.cancelled(); });
  return there() && !cancel.cancelled();
}

bool MachineWatch::wait_for_agent(std::chrono::steady_clock::time_point until, const CancelToken& cancel) {
  return wait(until, cancel, [this] { return agent_ && !end_; });
}

bool MachineWatch::wait_for_agent_to_leave(std::chrono::steady_clock::time_point until,
                                           const CancelToken& cancel) {
  return wait(until, cancel, [this] { return !agent_ || end_; });
}

void MachineWatch::wait_for_end(std::chrono::steady_clock::time_point until, const CancelToken& cancel) {
  wait(until, cancel, [this] { return end_.has_value(); });
}

std::shared_ptr<MachineWatch> MachineWatches::enter(const std::string& name) {
  std::lock_guard lock(mutex_);
  const auto [entry, is_new] = watches_.emplace(name, std::make_shared<MachineWatch>());
  if (!is_new)
    throw Error(ErrorKind::environment, "cannot start the machine " + name + ": one of this name is running");
  return entry->second;
}

void MachineWatches::leave(const std::string& name) {
  std::lock_guard lock(mutex_);
  watches_.erase(name);
}

std::shared_ptr<MachineWatch> MachineWatches::find(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = watches_.find(name);
  return found == watches_.end() ? nullptr : found->second;
}

}  // namespace smx::vm
