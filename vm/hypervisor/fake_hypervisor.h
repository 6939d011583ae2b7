#pragma once

#include "harness/core/time_types.h"
#include "vm/guest/fake_guest.h"
#include "vm/hypervisor/hypervisor.h"

// A hypervisor in memory, for the engine's tests: each machine started is played by the script that a
// function gives for its spec, and everything asked of it is on record.

namespace smx::vm {

/// How one fake machine behaves.
struct FakeScript {
  enum class Boot {
    answers,  ///< the agent is there at once
    silent,   ///< it never answers: wait_for_agent is false at once, the machine keeps running
    dies,     ///< the machine crashes before its agent answers
    blocks,   ///< wait_for_agent blocks until cancelled or ended
    refused,  ///< `start` throws Error(environment)
  };
  Boot boot = Boot::answers;
  FakeGuest::Handlers handlers;
  std::string live_xml = "<domain/>";
  Milliseconds clock_skew{0};  ///< of the guest against this host
  /// How it boots after the guest has restarted itself (FakeGuest::restart).
  std::function<Boot()> boots_again = [] { return Boot::answers; };
  std::string screen = "\x89PNG";  ///< what its screen shows; empty: no display
};

/// Must outlive its machines.
class FakeHypervisor : public Hypervisor {
 public:
  /// Called for every start, from the starting thread.
  using Director = std::function<FakeScript(const MachineSpec&)>;

  explicit FakeHypervisor(Director director);

  std::map<std::string, std::string> describe() override;
  std::unique_ptr<Machine> start(const MachineSpec& spec, const CancelToken& cancel) override;
  std::vector<std::string> end_leftovers(const std::function<bool(const std::string&)>& is_dead) override;

  /// A machine that an earlier controller left running.
  void leave_behind(const std::string& name, const std::string& run_token);

  // ---- the record; thread-safe
  std::vector<MachineSpec> started() const;
  /// Names of machines that run now, leftovers included: empty after a clean run.
  std::vector<std::string> running() const;
  /// "MACHINE start", "MACHINE ping", "MACHINE run NAME", …, "MACHINE end"; a machine's own lines are added
  /// when it ends.
  std::vector<std::string> log() const;

 private:
  friend class FakeMachine;
  void ended(const std::string& name, const std::vector<std::string>& asked);

  const Director director_;
  mutable std::mutex mutex_;
  std::vector<MachineSpec> started_;
  std::map<std::string, std::string> running_;  // name -> run token
  std::vector<std::string> log_;
};

}  // namespace smx::vm
