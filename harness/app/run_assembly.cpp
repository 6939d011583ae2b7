#include "harness/app/run_assembly.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/app/lab_authority.h"
#include "harness/app/lab_services.h"
#include "harness/app/leftovers.h"
#include "harness/app/physical_readers.h"
#include "harness/app/readers_by_kind.h"
#include "harness/app/reference_target.h"
#include "harness/app/unchanged_cells.h"
#include "harness/app/windows_target.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/version.h"
#include "harness/spec/load.h"
#include "scenarios/prediction/predict.h"
#include "vm/disk/nbd_folder.h"
#include "vm/hypervisor/libvirt_hypervisor.h"
#include "vm/reader/relay_reader.h"

namespace smx::app {
namespace {

namespace fs = std::filesystem;

std::set<std::string> targets_to_boot(const Plan& plan) {
  std::set<std::string> ids;
  for (const auto& group : plan.groups) ids.insert(group.target);
  return ids;
}

/// The image of a target: the very one that a resumed run began with, else the newest of its name.
vm::Image find_image(const RunRecord& record, const Target& target, std::size_t index) {
  const vm::ImageStore store(cache_home() / "images");
  const auto it = record.info.environment.find("image." + target.id);
  if (it != record.info.environment.end()) {
    const auto slash = it->second.find('/');
    return store.find(it->second.substr(0, slash), it->second.substr(slash + 1));
  }
  try {
    return store.newest(target.image);
  } catch (const Error& e) {
    const auto place = spec::place_in_file(record.plan.matrix.file, fmt::format("/targets/{}/image", index));
    throw Error(ErrorKind::usage, place + ": " + e.what());
  }
}

/// What the image's registry lets expect of each cell of the plan. A resumed run keeps what it began with.
std::vector<TargetPrediction> predictions(const RunRecord& record, const Target& target,
                                          const WindowsInspection& windows) {
  std::vector<TargetPrediction> found;
  std::set<std::pair<std::string, BootMode>> known;
  for (const auto& p : record.info.predictions)
    if (p.target == target.id) return {};
  for (const auto& cell : record.plan.cells)
    if (cell.id.target == target.id && known.emplace(cell.id.scenario, cell.id.mode).second)
      if (auto prediction = predict(windows, cell.id.scenario, cell.id.mode))
        found.push_back({target.id, std::move(*prediction)});
  return found;
}

}  // namespace

std::string hypervisor_uri(const RunInfo& info, const std::string& asked) {
  const auto own = info.environment.find("uri");
  if (own == info.environment.end()) return asked.empty() ? "qemu:///embed" : asked;
  if (!asked.empty() && asked != own->second)
    throw Error(ErrorKind::usage,
                fmt::format("run {} began on {} and continues there; leave --uri out", info.id, own->second));
  return own->second;
}

RunRecord begin_run(Plan plan, const journal::RunStore& runs) {
  RunRecord record;
  record.plan = std::move(plan);
  record.info.started = SystemClock().now();
  record.info.id = runs.new_id(record.info.started);
  record.info.harness_version = kVersion;
  return record;
}

struct RunAssembly::Parts {
  RunRecord record;
  const verdict::JudgeOptions judge_with;
  const std::size_t slots;
  const std::string uri;
  const fs::path folder;
  SocketsFolder sockets;
  vm::LabCa ca = lab_authority();
  LabServices services;
  SystemClock clock;
  std::map<std::string, std::unique_ptr<run::TargetDriver>> drivers;
  std::unique_ptr<vm::ReaderGate> gate;  ///< of the run's physical readers
  std::unique_ptr<vm::UsbPassthroughProvider> usb;
  std::unique_ptr<vm::RelayReaderProvider> relay;
  ReadersByKind readers;
  std::unique_ptr<vm::LibvirtHypervisor> hypervisor;
  std::unique_ptr<journal::EvidenceStore> evidence;

  Parts(RunRecord begun, const fs::path& run_folder, const AssemblyOptions& options,
        const CancelToken& cancel)
      : record(std::move(begun)),
        judge_with(judge_options(options.judge, record)),
        slots(options.slots),
        uri(hypervisor_uri(record.info, options.uri)),
        folder(run_folder),
        sockets(runtime_home(), record.info.id),
        services(ca, record.plan.matrix.lab, labs_folder() / ("run-" + record.info.id), cancel) {}
  void assemble(const AssemblyOptions& options, const CancelToken& cancel) {
    add(input_entries(record));
    record.info.environment["lab"] = label(record.plan.matrix.lab.domain);
    find_targets(cancel);
    open_readers(options, cancel);
    open_hypervisor(options);
    if (options.leave_out_unchanged) {
      auto part = app::leave_out_unchanged(std::move(record.plan), record.info.environment, slots);
      record.plan = std::move(part.plan);
      record.info.unchanged = std::move(part.unchanged);
    }
  }
  /// The overlays go while the sockets' folder is still this controller's: a controller that resumes the run
  /// takes that first.
  ~Parts() {
    std::error_code ignored;  // a destructor cannot report it
    fs::remove_all(folder / "work", ignored);
  }

  void add(const std::map<std::string, std::string>& entries) {
    for (const auto& [key, value] : entries) record.info.environment[key] = value;
  }
  void find_targets(const CancelToken& cancel);
  std::unique_ptr<run::TargetDriver> driver(std::size_t target, const CancelToken& cancel);
  void open_readers(const AssemblyOptions& options, const CancelToken& cancel);
  void open_hypervisor(const AssemblyOptions& options);
  /// For the guest into which the target's drivers are installed.
  std::unique_ptr<vm::ReaderSession> first_reader_of(std::size_t target);
};

void RunAssembly::Parts::find_targets(const CancelToken& cancel) {
  const auto& targets = record.plan.matrix.targets;
  const auto booted = targets_to_boot(record.plan);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!booted.contains(targets[i].id)) continue;
    auto target = driver(i, cancel);
    for (const auto& [key, value] : target->describe())
      record.info.environment[key + "." + targets[i].id] = value;
    drivers[targets[i].id] = std::move(target);
  }
}

std::unique_ptr<run::TargetDriver> RunAssembly::Parts::driver(std::size_t i, const CancelToken& cancel) {
  const auto& target = record.plan.matrix.targets[i];
  switch (target.kind) {
    case TargetKind::reference_linux:
    case TargetKind::reference_wine:
      return std::make_unique<ReferenceTarget>(target.kind, find_image(record, target, i), cancel);
    case TargetKind::windows: {
      auto windows = std::make_unique<WindowsTarget>(
          target, folder / "work" / ("layer-" + target.id + ".qcow2"),
          [this]() -> vm::Hypervisor& { return *hypervisor; }, [this, i] { return first_reader_of(i); },
          record.plan.matrix.boot_limit, cancel);
      for (auto& p : predictions(record, target, windows->inspection()))
        record.info.predictions.push_back(std::move(p));
      return windows;
    }
  }
  throw Error(ErrorKind::internal, fmt::format("nothing here boots targets of kind {}", name(target.kind)));
}

void RunAssembly::Parts::open_readers(const AssemblyOptions& options, const CancelToken& cancel) {
  gate = std::make_unique<vm::ReaderGate>(reader_leases(), record.info.id, cancel);
  usb = std::make_unique<vm::UsbPassthroughProvider>(*gate, options.cards);
  add(prepare_usb_readers(record.plan, *usb));
  readers.add(ReaderKind::virtual_reader, std::make_unique<vm::VirtualReaderProvider>(ca, options.cards));
  readers.add(ReaderKind::usb_passthrough, *usb);
  relay = std::make_unique<vm::RelayReaderProvider>(*gate, options.cards);
  readers.add(ReaderKind::pcsc_relay, *relay);
}

void RunAssembly::Parts::open_hypervisor(const AssemblyOptions& options) {
  vm::LibvirtOptions libvirt;
  libvirt.uri = uri;
  libvirt.acceleration = vm::parse_acceleration(options.acceleration).value();
  libvirt.run_token = record.info.id;
  hypervisor = std::make_unique<vm::LibvirtHypervisor>(std::move(libvirt));
  add(hypervisor->describe());
}

std::unique_ptr<vm::ReaderSession> RunAssembly::Parts::first_reader_of(std::size_t target) {
  const auto& plan = record.plan;
  const auto& id = plan.matrix.targets[target].id;
  const auto group = std::find_if(plan.groups.begin(), plan.groups.end(),
                                  [&](const BootGroup& g) { return g.target == id; });
  if (group == plan.groups.end())
    throw Error(ErrorKind::internal, "no group boots the target " + id + ", for which a layer is made");
  const auto place = sockets.path() / fmt::format("l{}", target);
  fs::create_directories(place);
  const auto& reader = plan.reader(group->reader);
  return readers.open(reader, plan.card(reader.card), place);
}

RunAssembly::RunAssembly(RunRecord begun, const fs::path& folder, const AssemblyOptions& options,
                         const CancelToken& cancel)
    : parts_(std::make_unique<Parts>(std::move(begun), folder, options, cancel)) {
  parts_->assemble(options, cancel);
}

RunAssembly::~RunAssembly() = default;

RunRecord& RunAssembly::record() {
  return parts_->record;
}

const verdict::JudgeOptions& RunAssembly::judge_with() const {
  return parts_->judge_with;
}

std::vector<std::string> RunAssembly::clean_up(const journal::RunStore& runs) {
  // The embedded driver's roots carry a lock of their own, which was found free before this is asked.
  const bool embedded = parts_->uri == "qemu:///embed";
  auto ended = parts_->hypervisor->end_leftovers([&](const std::string& token) {
    return embedded || token == parts_->record.info.id || runs.is_dead(token);
  });
  remove_dead_sockets(runtime_home());
  vm::end_dead_nbd_servers(runtime_home());
  remove_dead_work(runs);
  vm::end_dead_labs(labs_folder());
  std::error_code error;  // an overlay that stays is replaced
  fs::remove_all(parts_->folder / "work", error);
  return ended;
}

std::vector<std::string> RunAssembly::restore_cards() {
  const auto& plan = parts_->record.plan;
  std::set<std::string> ids;
  for (const auto& group : plan.groups)
    if (plan.reader(group.reader).kind == ReaderKind::pcsc_relay) ids.insert(group.reader);
  std::vector<std::string> told;
  for (const auto& id : ids) {
    const auto& reader = plan.reader(id);
    if (auto done = parts_->relay->restore_cards(reader, plan.card(reader.card)); !done.empty())
      told.push_back(std::move(done));
  }
  return told;
}

run::Resources RunAssembly::resources() {
  auto& p = *parts_;
  p.evidence = std::make_unique<journal::EvidenceStore>(p.folder / "evidence");
  return {*p.hypervisor,
          p.readers,
          [&p](const Target& target) -> const run::TargetDriver& { return *p.drivers.at(target.id); },
          p.services,
          *p.evidence,
          p.clock,
          p.sockets.path(),
          p.folder / "work",
          p.slots};
}

}  // namespace smx::app
