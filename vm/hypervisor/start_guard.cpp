#include "vm/hypervisor/start_guard.h"

#include <csignal>

#include "harness/core/proc.h"

namespace smx::vm {
namespace {

/// A QEMU that was just being made when the others were killed is found the next time.
constexpr Milliseconds kAgain{200};

/// Ends the QEMUs whose argument after -name is this machine's.
void kill_machine(const std::string& machine) {
  const auto name = "guest=" + machine + ",";
  for (const auto pid : proc::all()) {
    const auto process = proc::open_pidfd(pid);  // first: the number is this process's as long as it is open
    if (!process) continue;
    for (const auto& argument : proc::command_line(pid))
      if (argument.starts_with(name)) proc::send_signal(process, SIGKILL);
  }
}

}  // namespace

StartGuard::StartGuard(std::string machine, Milliseconds limit, const CancelToken& cancel)
    : machine_(std::move(machine)), cancel_(cancel) {
  thread_ = std::thread([this, limit] { stand_by(limit); });
}

StartGuard::~StartGuard() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StartGuard::stand_by(Milliseconds limit) {
  const CancelCallback on_cancel(cancel_, [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [this] { return done_ || cancel_.cancelled(); });
  while (!done_) {
    intervened_ = true;
    kill_machine(machine_);
    changed_.wait_for(lock, kAgain, [this] { return done_; });
  }
}

}  // namespace smx::vm
