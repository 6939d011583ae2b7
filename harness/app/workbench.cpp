#include "harness/app/workbench.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/app/lab_authority.h"
#include "harness/app/lab_services.h"
#include "harness/app/leftovers.h"
#include "harness/app/physical_readers.h"
#include "harness/app/readers_by_kind.h"
#include "harness/app/reference_target.h"
#include "harness/app/windows_target.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
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
void add_predictions(RunRecord& record, const Target& target, const WindowsInspection& windows) {
  for (const auto& known : record.info.predictions)
    if (known.target == target.id) return;
  for (const auto& cell : record.plan.cells) {
    if (cell.id.target != target.id || record.info.prediction(cell.id)) continue;
    record.info.predictions.push_back({target.id, predict(windows, cell.id.scenario, cell.id.mode)});
  }
}

}  // namespace

struct Workbench::Parts {
  std::string run_id, uri;
  fs::path folder;
  const Plan* plan;  ///< of the record, which outlives the bench
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

  Parts(const RunRecord& record, const std::string& hypervisor_uri, const fs::path& run_folder,
        const CancelToken& cancel)
      : run_id(record.info.id),
        uri(hypervisor_uri),
        folder(run_folder),
        plan(&record.plan),
        sockets(runtime_home(), run_id),
        services(ca, record.plan.matrix.lab, labs_folder() / ("run-" + run_id), cancel) {}
  std::unique_ptr<run::TargetDriver> driver(RunRecord& record, std::size_t target, const CancelToken& cancel);
  /// For the guest into which the target's drivers are installed.
  std::unique_ptr<vm::ReaderSession> first_reader_of(std::size_t target);
  /// The overlays go while the sockets' folder is still this controller's: whoever resumes the run takes that
  /// first.
  ~Parts() {
    std::error_code ignored;  // a destructor has nobody to tell
    fs::remove_all(folder / "work", ignored);
  }
};

std::unique_ptr<run::TargetDriver> Workbench::Parts::driver(RunRecord& record, std::size_t i,
                                                            const CancelToken& cancel) {
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
      add_predictions(record, target, windows->inspection());
      return windows;
    }
  }
  throw Error(ErrorKind::internal, fmt::format("nothing here boots targets of kind {}", name(target.kind)));
}

std::unique_ptr<vm::ReaderSession> Workbench::Parts::first_reader_of(std::size_t target) {
  const auto& id = plan->matrix.targets[target].id;
  const auto group = std::find_if(plan->groups.begin(), plan->groups.end(),
                                  [&](const BootGroup& g) { return g.target == id; });
  if (group == plan->groups.end())
    throw Error(ErrorKind::internal, "no group boots the target " + id + ", for which a layer is made");
  const auto place = sockets.path() / fmt::format("l{}", target);
  fs::create_directories(place);
  const auto& reader = plan->reader(group->reader);
  return readers.open(reader, plan->card(reader.card), place);
}

Workbench::Workbench(RunRecord& record, const fs::path& folder, const WorkbenchOptions& options,
                     const CancelToken& cancel)
    : parts_(std::make_unique<Parts>(record, options.uri, folder, cancel)) {
  auto& p = *parts_;
  auto& environment = record.info.environment;
  environment["lab"] = label(record.plan.matrix.lab.domain);
  const auto& targets = record.plan.matrix.targets;
  const auto booted = targets_to_boot(record.plan);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!booted.contains(targets[i].id)) continue;
    auto driver = p.driver(record, i, cancel);
    for (const auto& [key, value] : driver->describe()) environment[key + "." + targets[i].id] = value;
    p.drivers[targets[i].id] = std::move(driver);
  }
  p.gate = std::make_unique<vm::ReaderGate>(reader_leases(), record.info.id, cancel);
  p.usb = std::make_unique<vm::UsbPassthroughProvider>(*p.gate, options.cards);
  prepare_usb_readers(record, *p.usb);
  p.readers.add(ReaderKind::virtual_reader, std::make_unique<vm::VirtualReaderProvider>(p.ca, options.cards));
  p.readers.add(ReaderKind::usb_passthrough, *p.usb);
  p.relay = std::make_unique<vm::RelayReaderProvider>(*p.gate, options.cards);
  p.readers.add(ReaderKind::pcsc_relay, *p.relay);
  vm::LibvirtOptions libvirt;
  libvirt.uri = options.uri;
  libvirt.acceleration = vm::parse_acceleration(options.acceleration).value();
  libvirt.run_token = record.info.id;
  p.hypervisor = std::make_unique<vm::LibvirtHypervisor>(std::move(libvirt));
  for (const auto& [key, value] : p.hypervisor->describe()) environment[key] = value;
}

Workbench::~Workbench() = default;

std::vector<std::string> Workbench::clean_up(const journal::RunStore& runs) {
  // The embedded driver's roots carry a lock of their own, which was found free before this is asked.
  const bool embedded = parts_->uri == "qemu:///embed";
  auto ended = parts_->hypervisor->end_leftovers(
      [&](const std::string& token) { return embedded || token == parts_->run_id || runs.is_dead(token); });
  remove_dead_sockets(runtime_home());
  vm::end_dead_nbd_servers(runtime_home());
  remove_dead_work(runs);
  vm::end_dead_labs(labs_folder());
  std::error_code error;  // an overlay that stays is replaced
  fs::remove_all(parts_->folder / "work", error);
  return ended;
}

std::vector<std::string> Workbench::make_up_for_crashes() {
  const auto& plan = *parts_->plan;
  std::set<std::string> ids;
  for (const auto& group : plan.groups)
    if (plan.reader(group.reader).kind == ReaderKind::pcsc_relay) ids.insert(group.reader);
  std::vector<std::string> told;
  for (const auto& id : ids) {
    const auto& reader = plan.reader(id);
    if (auto done = parts_->relay->make_up_for_crashes(reader, plan.card(reader.card)); !done.empty())
      told.push_back(std::move(done));
  }
  return told;
}

run::Resources Workbench::resources(std::size_t slots) {
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
          slots};
}

}  // namespace smx::app
