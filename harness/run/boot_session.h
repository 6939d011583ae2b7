#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/observation.h"
#include "harness/run/agent_call.h"
#include "harness/run/resources.h"
#include "vm/hypervisor/console_log.h"

namespace smx::run {

struct BootContext {
  const Plan& plan;
  const BootGroup& group;
  std::size_t index;  ///< of the group in the plan
  int number;         ///< of the boot in the group, from 1
  std::string run_id;
};

/// One boot of a group: overlay, reader, machine, agent, proofs; then scenarios; then the end. Used by one
/// thread. The destructor ends the machine and removes overlay and sockets, whatever happened.
class BootSession {
 public:
  using Phase = std::function<void(const std::string&)>;

  BootSession(BootContext context, const Resources& resources, const CancelToken& cancel, Phase phase);
  ~BootSession();

  /// Boots and proves. Nothing when the guest is ready, else what every cell of this boot observed instead.
  /// Throws Cancelled.
  std::optional<Observation> start();

  /// Whether another scenario may start: false after a crash, a time-out, or one that changed the guest.
  bool usable() const { return usable_; }

  /// What is known of the boot so far.
  const Boot& record() const { return boot_; }

  /// One attempt at a scenario. Throws Cancelled.
  Observation run(const Scenario& scenario);

  /// Ends the machine and tells what is known of the boot.
  Boot end();

 private:
  std::optional<Observation> boot();
  /// One start of the machine, to its agent's answer in the boot's mode.
  std::optional<Observation> start_machine(const vm::MachineSpec& spec);
  /// What it means that the agent does not answer.
  Observation never_answered();
  /// The watchdog: looks at the screen of a guest that did not come up and ends its machine; true when its
  /// disk could be repaired, so that it may be started once more.
  bool repair(const vm::MachineSpec& spec, const Observation& trouble);
  void look_at_screen();
  void take_inventory(const AgentCall& agent);
  std::optional<Observation> prove();
  void keep(const std::string& name, const std::string& bytes, const std::string& media_type = "text/plain");
  Evidence stored(const std::string& name, const std::string& bytes,
                  const std::string& media_type = "text/plain");
  verify::KnownTarget known_target() const;
  /// After a time-out: whether the guest no longer answers.
  bool is_gone();
  /// What is observed when a step could not be done. Throws Error(internal), which is not an observation.
  Observation observed(const Error& error);
  /// What a lost channel means: the machine is gone, the guest is silent, or it still answers.
  Observation lost_channel(const std::string& message);

  BootContext context_;
  const Resources& resources_;
  const CancelToken& cancel_;
  Phase phase_;
  const Target& target_;
  const TargetDriver& driver_;
  TempDir sockets_, work_;
  Boot boot_;
  std::unique_ptr<vm::ConsoleLog> console_;
  std::unique_ptr<vm::ReaderSession> reader_;
  std::unique_ptr<vm::Machine> machine_;
  bool usable_ = false;
  bool has_display_ = false;
  int screens_ = 0;  ///< pictures taken of it
};

}  // namespace smx::run
