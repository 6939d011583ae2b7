#pragma once

#include <string>

#include "harness/core/model/judgement.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"

namespace smx {

/// What a run tells while it happens. The journal, the terminal and every report are listeners; the engine
/// knows no format. Calls come from the run's workers but never two at once, and block the caller: when
/// the journal's handler returns, what it was told is durable. A throw ends the run.
///
///   run_started (boot_started boot_proven (attempt_started attempt_ended)* boot_ended)* run_ended
///
/// Boots of different groups interleave when several workers run.
class RunListener {
 public:
  virtual ~RunListener() = default;
  /// `resumed`: `record` already holds the boots and attempts of an earlier controller.
  virtual void run_started(const RunRecord& record, bool resumed) { (void)record, (void)resumed; }
  virtual void boot_started(const BootGroup& group, int number) { (void)group, (void)number; }
  /// Progress for a person only: "starting the guest", "proving the boot mode".
  virtual void boot_phase(const BootGroup& group, const std::string& phase) { (void)group, (void)phase; }
  virtual void attempt_started(const BootGroup& group, const Attempt& attempt) { (void)group, (void)attempt; }
  virtual void attempt_ended(const BootGroup& group, const Attempt& attempt) { (void)group, (void)attempt; }
  /// The guest is up and its mode and reader were looked at, or never will be; before its first attempt.
  virtual void boot_proven(const BootGroup& group, const Boot& boot) { (void)group, (void)boot; }
  virtual void boot_ended(const BootGroup& group, const Boot& boot) { (void)group, (void)boot; }
  virtual void run_ended(const RunRecord& record, const Judgement& judgement) {
    (void)record, (void)judgement;
  }
};

}  // namespace smx
