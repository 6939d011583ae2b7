#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/model/run_record.h"
#include "harness/core/run_listener.h"
#include "harness/journal/evidence_store.h"
#include "harness/run/target_driver.h"
#include "vm/hypervisor/hypervisor.h"
#include "vm/reader/reader_session.h"

// Runs a plan. Workers take boot groups from it; a group boots its machine, proves boot mode and reader, and
// tries its cells; what needs another try gets it in a fresh boot.
//
//   Engine ─ GroupRunner (one a group) ─ BootSession (one a boot) ─ ScenarioRunner (one an attempt)

namespace smx::run {

/// Everything a run works with. References outlive the engine.
struct Resources {
  vm::Hypervisor& hypervisor;
  vm::ReaderProvider& readers;
  std::function<const TargetDriver&(const Target&)> driver;
  HostServices& services;
  journal::EvidenceStore& evidence;
  const Clock& clock;
  std::filesystem::path sockets;  ///< short and private: unix sockets go below it
  std::filesystem::path work;     ///< disk overlays go below it
  std::size_t slots = 1;          ///< groups at a time
};

/// Runs what `record` does not have yet of its plan (all of it for a new run) and tells `listeners`, in their
/// order. Blocks until the plan is done or `cancel` is cancelled; no machine of the run is left in either
/// case. Sets record.end and record.ended. The caller tells `run_ended`, because a judgement comes between.
/// Throws what is no observation: Error(internal), or a listener's error (a journal that cannot be written).
void run_plan(RunRecord& record, const Resources& resources, const std::vector<RunListener*>& listeners,
              const CancelToken& cancel, bool resumed);

}  // namespace smx::run
