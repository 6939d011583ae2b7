#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/compare/input.h"
#include "harness/core/evidence_reader.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"

// What a result depends on, and what may so have changed it. Pure, but for evidence that is read.

namespace smx::compare {

/// Everything that the run's outcomes may depend on, sorted, each once. At most 4,096 of what guests told.
std::vector<Input> inputs_of(const RunRecord& record, EvidenceReader& evidence);

/// Those known before anything boots: all but what guests tell. `environment`: of the run (RunInfo).
std::vector<Input> inputs_before(const Plan& plan, const std::map<std::string, std::string>& environment);

/// Whether the input is one of the cell's.
bool concerns(const Input& input, const CellId& cell);

/// SHA-256 over the cell's own among `inputs_before`, in hex: equal keys say that nothing which was known
/// beforehand differs. Of the table the cell's own mark counts alone.
std::string input_key(const std::vector<Input>& inputs_before, const CellId& cell, Mark mark);

}  // namespace smx::compare
