#pragma once

#include <functional>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/model/judgement.h"
#include "harness/core/model/run_record.h"
#include "harness/core/run_listener.h"
#include "harness/run/resources.h"

// Runs a plan. Workers take boot groups from it; a group boots its machine, proves boot mode and reader, and
// tries its cells; what needs another try gets it in a fresh boot.
//
//   run_plan ─ GroupRunner (one a group) ─ BootSession (one a boot) ─ ScenarioRunner (one an attempt)

namespace smx::run {

/// Runs what `record` does not have yet of its plan (all of it for a new run), sets record.end and
/// record.ended, has `judge` judge the record, and tells all this to `listeners` in their order, from
/// run_started to run_ended. Returns the judgement. Blocks until the plan is done or `cancel` is cancelled;
/// no machine of the run is left in either case. Throws what is not an observation: Error(internal), or a
/// listener's error (a journal that cannot be written); then no run_ended is told.
Judgement run_plan(RunRecord& record, const Resources& resources, const std::vector<RunListener*>& listeners,
                   const CancelToken& cancel, bool resumed,
                   const std::function<Judgement(const RunRecord&)>& judge);

}  // namespace smx::run
