#include "harness/cli/workbench.h"

#include <fmt/format.h>

#include "harness/cli/lab_authority.h"
#include "harness/cli/lab_services.h"
#include "harness/cli/reference_target.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/spec/load.h"
#include "vm/hypervisor/libvirt_hypervisor.h"

namespace smx::cli {
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

/// The formats know more kinds than this version can run: said before anything boots, with the place in the
/// file.
void check_readers(const Plan& plan) {
  const auto refuse = [&](const std::string& pointer, std::string_view what, std::string_view instead) {
    const auto place = spec::place_in_file(plan.matrix.file, pointer);
    throw Error(ErrorKind::usage,
                fmt::format("{}: this version has no {}; use \"{}\"", place, what, instead));
  };
  const auto& readers = plan.matrix.readers;
  for (std::size_t i = 0; i < readers.size(); ++i)
    if (readers[i].kind != ReaderKind::virtual_reader)
      refuse(fmt::format("/readers/{}/kind", i), fmt::format("readers of kind {}", name(readers[i].kind)),
             "virtual");
  const auto& cards = plan.matrix.cards;
  for (std::size_t i = 0; i < cards.size(); ++i)
    if (cards[i].application != CardApplication::piv)
      refuse(fmt::format("/cards/{}/application", i), fmt::format("{} cards", name(cards[i].application)),
             "piv");
}

}  // namespace

struct Workbench::Parts {
  std::string run_id, uri;
  fs::path folder;
  fs::path sockets;  ///< short, because a socket's path may have 107 characters
  std::unique_ptr<FileLock> sockets_lock;
  vm::LabCa ca = lab_authority();
  LabServices services{ca};
  SystemClock clock;
  std::map<std::string, std::unique_ptr<run::TargetDriver>> drivers;
  std::unique_ptr<vm::VirtualReaderProvider> readers;
  std::unique_ptr<vm::LibvirtHypervisor> hypervisor;
  std::unique_ptr<journal::EvidenceStore> evidence;

  ~Parts() {
    std::error_code ignored;  // a destructor has nobody to tell
    if (sockets.empty()) return;
    fs::remove_all(sockets, ignored);
    fs::remove_all(folder / "work", ignored);
  }
};

Workbench::Workbench(RunRecord& record, const fs::path& folder, const WorkbenchOptions& options,
                     const CancelToken& cancel)
    : parts_(std::make_unique<Parts>()) {
  auto& p = *parts_;
  p.run_id = record.info.id;
  p.uri = options.uri;
  p.folder = folder;
  p.sockets = runtime_home() / ("s-" + record.info.id);
  fs::create_directories(p.sockets);
  p.sockets_lock = FileLock::try_take(p.sockets / "lock");
  auto& environment = record.info.environment;
  const auto& targets = record.plan.matrix.targets;
  check_readers(record.plan);
  const auto booted = targets_to_boot(record.plan);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!booted.contains(targets[i].id)) continue;
    if (targets[i].kind != TargetKind::reference_linux)
      throw Error(ErrorKind::internal,
                  fmt::format("nothing here boots targets of kind {}", name(targets[i].kind)));
    auto driver = std::make_unique<ReferenceTarget>(find_image(record, targets[i], i), cancel);
    for (const auto& [key, value] : driver->describe()) environment[key + "." + targets[i].id] = value;
    p.drivers[targets[i].id] = std::move(driver);
  }
  p.readers = std::make_unique<vm::VirtualReaderProvider>(p.ca, options.cards);
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
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(runtime_home(), error))
    if (entry.path().filename().string().starts_with("s-") && FileLock::try_take(entry.path() / "lock"))
      fs::remove_all(entry.path(), error);
  for (const auto& id : runs.list())
    if (runs.is_dead(id)) fs::remove_all(runs.folder(id) / "work", error);
  fs::remove_all(parts_->folder / "work", error);
  return ended;
}

run::Resources Workbench::resources(std::size_t slots) {
  auto& p = *parts_;
  p.evidence = std::make_unique<journal::EvidenceStore>(p.folder / "evidence");
  return {*p.hypervisor,
          *p.readers,
          [&p](const Target& target) -> const run::TargetDriver& { return *p.drivers.at(target.id); },
          p.services,
          *p.evidence,
          p.clock,
          p.sockets,
          p.folder / "work",
          slots};
}

}  // namespace smx::cli
