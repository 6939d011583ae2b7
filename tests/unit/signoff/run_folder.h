#pragma once

#include <filesystem>

#include "harness/core/model/run_record.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {

/// Writes a run that was made by hand into a folder, as a controller would have: journal and evidence.
void write_run(const std::filesystem::path& folder, const RunRecord& record, const MemoryEvidence& evidence);

/// Takes out of the record what it names of evidence that is not there, which SampleRun does on purpose.
void forget_missing_evidence(RunRecord& record, const MemoryEvidence& evidence);

}  // namespace smx::testing
