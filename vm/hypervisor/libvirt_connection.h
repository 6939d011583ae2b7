#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"
#include "vm/hypervisor/event_loop.h"
#include "vm/hypervisor/machine_watch.h"
#include "vm/hypervisor/orphan_reaper.h"

struct _virConnect;
struct _virDomain;

namespace smx::vm {

using DomainPtr = std::shared_ptr<_virDomain>;

/// One connection to libvirt: its events go to `watches()`. Shared by the hypervisor and its machines.
class LibvirtConnection {
 public:
  /// `root` is the embedded driver's, else nothing; `libvirt_uri` is complete. Throws Error(environment).
  LibvirtConnection(const std::string& libvirt_uri, std::optional<std::filesystem::path> root);
  ~LibvirtConnection();
  LibvirtConnection(const LibvirtConnection&) = delete;
  LibvirtConnection& operator=(const LibvirtConnection&) = delete;

  _virConnect* get() const { return connection_; }
  MachineWatches& watches() { return *watches_; }

  /// To be held around every call that may make libvirt start a QEMU: its probes of QEMU's capabilities too.
  std::unique_ptr<OrphanReaper::Watch> adopt_orphans();

  /// Starts a transient domain; blocks until it runs, `limit` at most. Throws Error(environment) naming
  /// `name`, Cancelled.
  DomainPtr create(const std::string& xml, const std::string& name, Milliseconds limit,
                   const CancelToken& cancel);
  /// Ends a domain; blocks until its process is gone. A domain that has ended already is not an error; throws
  /// Error(environment) otherwise. `name` is the domain's.
  void destroy(const DomainPtr& domain, const std::string& name);

 private:
  void register_events();
  /// libvirt tidies up after an ended machine on a thread of its own, and would make folders again in a root
  /// that was removed meanwhile. No event tells when it is done.
  void wait_until_tidy() const;
  std::optional<pid_t> process_of(const std::string& name) const;

  std::optional<std::filesystem::path> root_;
  std::shared_ptr<EventLoop> loop_;
  std::unique_ptr<OrphanReaper>
      reaper_;  // for the embedded driver, whose QEMUs become this process's orphans
  // Shared with the callbacks: one may still be running when the connection is closed.
  std::shared_ptr<MachineWatches> watches_ = std::make_shared<MachineWatches>();
  _virConnect* connection_ = nullptr;
  int lifecycle_callback_ = -1, agent_callback_ = -1;
};

}  // namespace smx::vm
