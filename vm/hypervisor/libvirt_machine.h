#pragma once

#include <mutex>

#include "harness/core/time_types.h"
#include "vm/guest/qemu_agent_channel.h"
#include "vm/hypervisor/agent_line.h"
#include "vm/hypervisor/libvirt_connection.h"

namespace smx::vm {

/// A domain of libvirt's. Made by LibvirtHypervisor::start.
class LibvirtMachine : public Machine {
 public:
  /// Starts it; blocks until QEMU runs, `start_limit` at most. Throws Error(environment), Cancelled. `cancel`
  /// must outlive it.
  LibvirtMachine(std::shared_ptr<LibvirtConnection> connection, const std::string& name,
                 const std::string& xml, Milliseconds start_limit, const CancelToken& cancel);
  ~LibvirtMachine() override;

  bool wait_for_agent(Milliseconds limit) override;
  bool wait_for_agent_to_leave(Milliseconds limit) override;
  bool wait_for_end(Milliseconds limit) override;
  GuestChannel& channel() override { return channel_; }
  MachineState state() override;
  std::string screenshot() override;
  void press(const std::vector<KeyChord>& chords) override;
  std::string live_xml() override;
  void set_network(bool connected) override;
  void end() noexcept override;

 private:
  /// Throws Error(guest) once the machine has ended.
  void check_running() const;
  std::optional<std::string> call_agent(const std::string& request, Milliseconds limit);

  const std::string name_;
  const CancelToken& cancel_;
  const std::shared_ptr<LibvirtConnection> connection_;
  const std::shared_ptr<MachineWatch> watch_;
  DomainPtr domain_;
  std::once_flag ended_;
  AgentLine line_;
  QemuAgentChannel channel_;
};

}  // namespace smx::vm
