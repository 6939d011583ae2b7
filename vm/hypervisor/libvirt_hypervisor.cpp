#include "vm/hypervisor/libvirt_hypervisor.h"

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "vm/hypervisor/domain_xml.h"
#include "vm/hypervisor/embedded_root.h"
#include "vm/hypervisor/kvm_proof.h"
#include "vm/hypervisor/libvirt_error.h"
#include "vm/hypervisor/libvirt_machine.h"
#include "vm/hypervisor/uefi_firmware.h"

namespace smx::vm {

namespace {

constexpr const char* kEmulator = "qemu-system-x86_64";

std::string version_text(unsigned long version) {
  return fmt::format("{}.{}.{}", version / 1000000, version / 1000 % 1000, version % 1000);
}

bool is_embedded(const std::string& uri) {
  return uri == "qemu:///embed";
}

KvmProof decide(Acceleration wanted, const std::filesystem::path& emulator,
                const std::filesystem::path& cache) {
  switch (wanted) {
    case Acceleration::kvm: return {true, "asked for"};
    case Acceleration::tcg: return {false, "asked for"};
    case Acceleration::automatic: break;
  }
  return prove_kvm(emulator, cache);
}

// Comes with QEMU's own firmware; a machine boots without it too, only slower.
std::string boot_rom() {
  constexpr const char* path = "/usr/share/qemu/qboot.rom";
  return ::access(path, R_OK) == 0 ? path : "";
}

void check_firmware(const MachineSpec& spec) {
  if (spec.hardware.firmware != Hardware::Firmware::uefi) return;
  for (const auto* path : {kUefiCode, kUefiVariables})
    if (::access(path, R_OK) != 0)
      throw Error(ErrorKind::environment,
                  fmt::format("the machine {} starts by UEFI, and {} is not there; install the package ovmf",
                              spec.name, path));
}

// libvirt's log would come out on stderr, between this program's own lines; its errors arrive as errors.
void redirect_libvirt_log(const std::filesystem::path& root) {
  ::setenv("LIBVIRT_LOG_OUTPUTS", fmt::format("3:file:{}/libvirt.log", root.string()).c_str(), 0);
}

}  // namespace

std::optional<Acceleration> parse_acceleration(std::string_view text) {
  if (text == "auto") return Acceleration::automatic;
  if (text == "kvm") return Acceleration::kvm;
  if (text == "tcg") return Acceleration::tcg;
  return std::nullopt;
}

void check_uri(const std::string& uri) {
  if (is_embedded(uri) || uri == "qemu:///system" || uri == "qemu:///session") return;
  throw Error(
      ErrorKind::usage,
      fmt::format("the hypervisor \"{}\" is refused: overlays and card sockets are local, so the controller "
                  "runs on the host of its machines; use qemu:///embed, qemu:///system or qemu:///session. "
                  "For several hosts run one controller on each, by shards of a CI or of Slurm, and combine "
                  "their results with `safemode-matrix merge`",
                  uri));
}

struct LibvirtHypervisor::State {
  LibvirtOptions options;
  std::filesystem::path emulator;
  KvmProof kvm;
  std::shared_ptr<LibvirtConnection> connection;

  explicit State(LibvirtOptions given) : options(std::move(given)) {
    check_uri(options.uri);
    if (options.runtime_folder.empty()) options.runtime_folder = runtime_home();
    if (options.cache_folder.empty()) options.cache_folder = cache_home();
    const auto found = find_program(kEmulator);
    if (!found)
      throw Error(ErrorKind::environment,
                  fmt::format("{} is not installed; install the package qemu-system-x86", kEmulator));
    emulator = *found;
    kvm = decide(options.acceleration, emulator, options.cache_folder);
    connection = connect();
  }

  std::shared_ptr<LibvirtConnection> connect() const {
    if (!is_embedded(options.uri)) return std::make_shared<LibvirtConnection>(options.uri, std::nullopt);
    const auto& root = EmbeddedRoot::of_this_process(options.runtime_folder, options.cache_folder / "libvirt",
                                                     options.run_token);
    redirect_libvirt_log(root.path());
    return std::make_shared<LibvirtConnection>(options.uri + "?root=" + root.path().string(), root.path());
  }

  std::vector<std::string> end_marked_domains(const std::function<bool(const std::string&)>& is_dead) const;
};

LibvirtHypervisor::LibvirtHypervisor(LibvirtOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

LibvirtHypervisor::~LibvirtHypervisor() = default;

std::map<std::string, std::string> LibvirtHypervisor::describe() {
  unsigned long libvirt = 0, qemu = 0;
  virConnectPtr connection = state_->connection->get();
  const auto orphans = state_->connection->adopt_orphans();
  if (virConnectGetLibVersion(connection, &libvirt) < 0) throw_libvirt("ask for libvirt's version");
  if (virConnectGetVersion(connection, &qemu) < 0) throw_libvirt("ask for QEMU's version");
  const std::string acceleration = state_->kvm.works ? "kvm" : "tcg";
  return {{"libvirt", version_text(libvirt)},
          {"qemu", version_text(qemu)},
          {"acceleration", fmt::format("{} ({})", acceleration, state_->kvm.why)},
          {"uri", state_->options.uri}};
}

std::unique_ptr<Machine> LibvirtHypervisor::start(const MachineSpec& spec, const CancelToken& cancel) {
  cancel.check();
  check_firmware(spec);
  const XmlOptions options{state_->kvm.works, state_->emulator.string(), boot_rom(), ::getpid(), kUefiCode,
                           kUefiVariables};
  auto machine = std::make_unique<LibvirtMachine>(state_->connection, spec.name, domain_xml(spec, options),
                                                  state_->options.start_limit, cancel);
  cancel.check();
  return machine;
}

std::vector<std::string> LibvirtHypervisor::end_leftovers(
    const std::function<bool(const std::string&)>& is_dead) {
  if (is_embedded(state_->options.uri)) return end_dead_roots(state_->options.runtime_folder, is_dead);
  return state_->end_marked_domains(is_dead);
}

std::vector<std::string> LibvirtHypervisor::State::end_marked_domains(
    const std::function<bool(const std::string&)>& is_dead) const {
  virDomainPtr* list = nullptr;
  const int count = virConnectListAllDomains(connection->get(), &list, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
  if (count < 0) throw_libvirt("list libvirt's machines");
  std::vector<DomainPtr> domains;
  for (int i = 0; i < count; ++i) domains.emplace_back(list[i], [](virDomainPtr d) { virDomainFree(d); });
  std::free(list);

  std::vector<std::string> names;
  for (const DomainPtr& domain : domains) {
    char* xml = virDomainGetXMLDesc(domain.get(), 0);
    if (xml == nullptr) {  // it ended meanwhile
      virResetLastError();
      continue;
    }
    const auto mark = read_mark(xml);
    std::free(xml);
    if (!mark || !is_dead(mark->run_token)) continue;
    names.emplace_back(virDomainGetName(domain.get()));
    connection->destroy(domain, names.back());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace smx::vm
