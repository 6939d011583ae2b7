#pragma once

#include <vector>

#include "harness/core/model/run_record.h"
#include "harness/core/sign_off.h"
#include "reports/common/report_input.h"

namespace smx::signoff {

/// What a run tested and tested with: images, agents, drivers, support tables, matrix, catalogue, cards,
/// harness. Hashes of tables, matrix and catalogue are of their JSON as the plan has it (model_json.h),
/// without spaces. Driver files are those of the boots' inventories, which came out of guests: read through
/// `evidence`, bounded, and left out where they are not understood. Each subject is there once.
std::vector<Subject> subjects_of(const RunRecord& record, EvidenceReader& evidence);

}  // namespace smx::signoff
