#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/run_record.h"

namespace smx::journal {

/// Every piece of evidence that the record names, each once, in the order of its hash.
std::vector<Evidence> evidence_of(const RunRecord& record);

/// What became of a copy.
struct CopiedRun {
  std::filesystem::path folder;
  std::vector<std::string> missing;  ///< evidence that is not there, or is not what its hash says: not copied
};

/// Copies a run from another machine (journal, and the evidence that its journal names, each piece held
/// against its hash) to `runs`/ID, where it appears whole or not at all. Its marks are not copied: they are
/// for the importing command to take. A run that is there already is replaced only when it was cut short and
/// has gone on since; it keeps its own marks. No link in `from` is followed. Throws Error(usage) when `from`
/// is not a run, goes on, or the store has the run; Error(environment); Cancelled.
CopiedRun copy_run(const std::filesystem::path& from, const std::filesystem::path& runs,
                   const CancelToken& cancel);

}  // namespace smx::journal
