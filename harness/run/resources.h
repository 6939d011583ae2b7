#pragma once

#include <filesystem>
#include <functional>

#include "harness/core/clock.h"
#include "harness/journal/evidence_store.h"
#include "harness/run/target_driver.h"
#include "vm/hypervisor/hypervisor.h"
#include "vm/reader/reader_session.h"

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

}  // namespace smx::run
