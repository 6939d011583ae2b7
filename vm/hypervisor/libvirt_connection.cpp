#include "vm/hypervisor/libvirt_connection.h"

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "harness/core/error.h"
#include "vm/hypervisor/libvirt_error.h"
#include "vm/hypervisor/start_guard.h"

namespace smx::vm {

namespace {

// A domain of ours is transient and thrown away: every event that ends it, however it came about.
std::optional<MachineState> end_of(int event, int detail) {
  if (event == VIR_DOMAIN_EVENT_CRASHED) return MachineState::crashed;
  if (event != VIR_DOMAIN_EVENT_STOPPED) return std::nullopt;
  switch (detail) {
    case VIR_DOMAIN_EVENT_STOPPED_CRASHED:
    case VIR_DOMAIN_EVENT_STOPPED_FAILED: return MachineState::crashed;
    case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN:
    case VIR_DOMAIN_EVENT_STOPPED_DESTROYED:
    case VIR_DOMAIN_EVENT_STOPPED_MIGRATED:
    case VIR_DOMAIN_EVENT_STOPPED_SAVED:
    case VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT: return MachineState::stopped;
    default:
      return MachineState::crashed;  // an end of a kind that libvirt 9 does not have is not a clean one
  }
}

using Watches = std::shared_ptr<MachineWatches>;

int on_lifecycle(virConnectPtr, virDomainPtr domain, int event, int detail, void* watches) {
  if (const auto end = end_of(event, detail))
    if (auto watch = (*static_cast<Watches*>(watches))->find(virDomainGetName(domain))) watch->ended(*end);
  return 0;
}

void on_agent(virConnectPtr, virDomainPtr domain, int state, int, void* watches) {
  if (auto watch = (*static_cast<Watches*>(watches))->find(virDomainGetName(domain)))
    watch->agent_changed(state == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED);
}

template <typename Callback>
int register_event(virConnectPtr connection, int id, Callback callback, const Watches& watches) {
  auto copy = std::make_unique<Watches>(watches);
  const int registered = virConnectDomainEventRegisterAny(
      connection, nullptr, id, VIR_DOMAIN_EVENT_CALLBACK(callback), copy.get(),
      [](void* opaque) { delete static_cast<Watches*>(opaque); });
  if (registered < 0) throw_libvirt("ask libvirt for its machines' events");
  static_cast<void>(copy.release());  // libvirt frees it
  return registered;
}

}  // namespace

LibvirtConnection::LibvirtConnection(const std::string& uri, std::optional<std::filesystem::path> root)
    : root_(std::move(root)), loop_(EventLoop::shared()) {
  if (root_) reaper_ = std::make_unique<OrphanReaper>();
  const auto orphans = adopt_orphans();
  connection_ = virConnectOpen(uri.c_str());
  if (connection_ == nullptr) throw_libvirt("open libvirt's driver " + uri);
  try {
    register_events();
  } catch (...) {
    virConnectClose(connection_);
    throw;
  }
}

void LibvirtConnection::register_events() {
  lifecycle_callback_ = register_event(connection_, VIR_DOMAIN_EVENT_ID_LIFECYCLE, on_lifecycle, watches_);
  agent_callback_ = register_event(connection_, VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, on_agent, watches_);
}

LibvirtConnection::~LibvirtConnection() {
  if (root_) wait_until_tidy();
  virConnectDomainEventDeregisterAny(connection_, lifecycle_callback_);
  virConnectDomainEventDeregisterAny(connection_, agent_callback_);
  virConnectClose(connection_);
}

void LibvirtConnection::wait_until_tidy() const {
  constexpr unsigned any = VIR_CONNECT_LIST_DOMAINS_ACTIVE | VIR_CONNECT_LIST_DOMAINS_INACTIVE;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (virConnectListAllDomains(connection_, nullptr, any) > 0 &&
         std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

std::unique_ptr<OrphanReaper::Watch> LibvirtConnection::adopt_orphans() {
  return reaper_ ? std::make_unique<OrphanReaper::Watch>(*reaper_) : nullptr;
}

DomainPtr LibvirtConnection::create(const std::string& xml, const std::string& name, Milliseconds limit,
                                    const CancelToken& cancel) {
  const auto orphans = adopt_orphans();
  const StartGuard guard(name, limit, cancel);
  virDomainPtr domain = virDomainCreateXML(connection_, xml.c_str(), VIR_DOMAIN_NONE);
  if (domain == nullptr && guard.intervened()) {
    cancel.check();
    throw Error(
        ErrorKind::environment,
        fmt::format("the machine {} was not started within {} s: its QEMU did not answer libvirt, and was "
                    "ended; is this host overloaded, or its virtualization nested?",
                    name, std::chrono::ceil<std::chrono::seconds>(limit).count()));
  }
  if (domain == nullptr) throw_libvirt("start the machine " + name);
  return {domain, [](virDomainPtr d) { virDomainFree(d); }};
}

std::optional<pid_t> LibvirtConnection::process_of(const std::string& name) const {
  if (!root_) return std::nullopt;
  std::ifstream file(*root_ / "run" / "qemu" / (name + ".pid"));
  pid_t pid = 0;
  return file >> pid ? std::optional(pid) : std::nullopt;
}

void LibvirtConnection::destroy(const DomainPtr& domain, const std::string& name) {
  // libvirt asks QEMU to end and looks again only 200 ms later. The overlay is thrown away, so nothing is
  // lost by the shorter way: libvirt sees its monitor closed and tidies up by itself.
  if (const auto pid = process_of(name); pid && reaper_->kill_and_reap(*pid)) return;
  if (virDomainDestroy(domain.get()) == 0) return;
  const LibvirtFailure failure = last_failure();
  if (failure.code == VIR_ERR_NO_DOMAIN || failure.code == VIR_ERR_OPERATION_INVALID) return;
  throw explain(failure, "end the machine " + name);
}

}  // namespace smx::vm
