#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/model/run_record.h"
#include "harness/journal/evidence_store.h"
#include "harness/journal/run_store.h"
#include "harness/run/engine.h"
#include "vm/reader/usb_passthrough.h"
#include "vm/reader/virtual_reader.h"

namespace smx::app {

struct WorkbenchOptions {
  std::string uri;
  std::string acceleration;  ///< "auto", "kvm", "tcg"
  vm::CardSecrets cards;
};

/// The one place where a run is put together out of real parts: libvirt, images, virtual cards, lab services.
class Workbench {
 public:
  /// Opens the hypervisor, finds the images that the plan's groups need (those that the record names, when it
  /// does), leases the physical readers for the run and writes what it found into record.info.environment.
  /// Throws Error(usage) for an image that is not there, Error(environment) with the way out for everything
  /// else.
  Workbench(RunRecord& record, const std::filesystem::path& folder, const WorkbenchOptions& options,
            const CancelToken& cancel);
  ~Workbench();

  /// Ends the machines and removes the files of runs whose controller is dead. Returns what was ended, for a
  /// person.
  std::vector<std::string> clean_up(const journal::RunStore& runs);

  /// Gives real cards back what dead runs took from them. Returns what was done, and what could not be.
  /// Throws Error(environment) for a card of the plan that is not there, or cannot be used.
  std::vector<std::string> make_up_for_crashes();

  run::Resources resources(std::size_t slots);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace smx::app
