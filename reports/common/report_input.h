#pragma once

#include "harness/core/evidence_reader.h"
#include "harness/core/model/judgement.h"
#include "harness/core/model/run_record.h"

// What every report is made from. A report is a pure function of it, so `report RUN` makes the same
// report again from the journal as the run made at its end, or another one against another table.

namespace smx::compare {
struct Comparison;
}

namespace smx {

/// References only: whatever is given must outlive the call it is passed to.
struct ReportInput {
  const RunRecord& record;
  const Judgement& judgement;  ///< of this record: `judgement.cells` is parallel to `record.plan.cells`
  EvidenceReader& evidence;
  const compare::Comparison* comparison = nullptr;  ///< with a baseline, where there is one
};

}  // namespace smx
