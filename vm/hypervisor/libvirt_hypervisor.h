#pragma once

#include "harness/core/time_types.h"
#include "vm/hypervisor/hypervisor.h"

namespace smx::vm {

enum class Acceleration {
  automatic,  ///< KVM when a boot sector proves that it works here, else TCG
  kvm,
  tcg,  ///< QEMU's own translation: works everywhere, is slow
};

std::optional<Acceleration> parse_acceleration(std::string_view text);  ///< "auto", "kvm", "tcg"

struct LibvirtOptions {
  std::string uri = "qemu:///embed";  ///< or "qemu:///system", "qemu:///session"
  Acceleration acceleration = Acceleration::automatic;
  std::string run_token;                 ///< the run's id; marks what this controller leaves when it dies
  std::filesystem::path runtime_folder;  ///< empty: runtime_home()
  std::filesystem::path cache_folder;    ///< empty: cache_home()
  /// How long libvirt may take to start a QEMU, which takes half a second; then that QEMU is ended.
  Milliseconds start_limit{180000};
};

/// Throws Error(usage) for every URI but the three local ones, with the advice for several hosts.
void check_uri(const std::string& uri);

/// Machines on this host, through libvirt. The default driver is embedded in this process: it needs no daemon
/// and no root, but one process has one root for its sockets until it exits (embedded_root.h).
class LibvirtHypervisor : public Hypervisor {
 public:
  /// Opens the connection; proves KVM first where that was asked for and is not known yet (two seconds at
  /// most). Throws Error(usage) for a URI that is refused, Error(environment) with the way out otherwise.
  explicit LibvirtHypervisor(LibvirtOptions options);
  ~LibvirtHypervisor() override;

  std::map<std::string, std::string> describe() override;
  std::unique_ptr<Machine> start(const MachineSpec& spec, const CancelToken& cancel) override;
  std::vector<std::string> end_leftovers(const std::function<bool(const std::string&)>& is_dead) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace smx::vm
