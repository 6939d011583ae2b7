#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/app/judge_arguments.h"
#include "harness/core/cancel.h"
#include "harness/core/model/run_record.h"
#include "harness/journal/run_store.h"
#include "harness/run/resources.h"
#include "vm/reader/virtual_reader.h"

namespace smx::app {

/// The record of a new run of `plan`, which nothing was found out for yet.
RunRecord begin_run(Plan plan, const journal::RunStore& runs);

/// Where the machines of a run are, for good: what it began with, else `asked`, else "qemu:///embed". Throws
/// Error(usage) when another was asked for.
std::string hypervisor_uri(const RunInfo& info, const std::string& asked);

struct AssemblyOptions {
  std::string uri;           ///< empty: where the run began, for a new one "qemu:///embed"
  std::string acceleration;  ///< "auto", "kvm", "tcg"
  vm::SecretsByCard cards;
  JudgeArguments judge;
  std::size_t slots = 1;
  bool leave_out_unchanged = false;
};

/// The one place where a run is put together: its record out of what the plan, the images, the readers and
/// the host say, and its resources out of real parts (libvirt, images, cards, lab services).
class RunAssembly {
 public:
  /// Completes `begun`, a new run's record or one that is resumed. In this order, each step on what the steps
  /// before it found:
  ///   1. the tables and waivers that the run is judged with
  ///   2. the hashes of what outcomes depend on (input_entries)
  ///   3. the images of the targets that the plan boots (those that the record names, when it does), with
  ///   what
  ///      a Windows image lets expect
  ///   4. the physical readers, which are leased for the run
  ///   5. the hypervisor
  ///   6. with leave_out_unchanged: the plan without what nothing has changed for
  /// Throws Error(usage) for a file or an image that cannot be used, Error(environment) with the way out for
  /// everything else.
  RunAssembly(RunRecord begun, const std::filesystem::path& folder, const AssemblyOptions& options,
              const CancelToken& cancel);
  ~RunAssembly();

  /// Whole: the engine adds what happens, and nothing else changes it any more.
  RunRecord& record();
  const verdict::JudgeOptions& judge_with() const;

  /// Ends the machines and removes the files of runs whose controller is dead. Returns what was ended, for a
  /// person.
  std::vector<std::string> clean_up(const journal::RunStore& runs);

  /// Gives real cards back what dead runs took from them. Returns what was done, and what could not be.
  /// Throws Error(environment) for a card of the plan that is not there, or cannot be used.
  std::vector<std::string> restore_cards();

  run::Resources resources();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace smx::app
