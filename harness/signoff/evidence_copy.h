#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/core/cancel.h"
#include "harness/core/model/run_record.h"

namespace smx::signoff {

/// Copies every piece of evidence that `record` names from `from` to `to` (both FOLDER/<sha256>), each once.
/// Throws Error(usage) naming the first ten that are not there, are not plain files, or whose bytes are not
/// what their names say; Error(environment) when `to` cannot be written; Cancelled.
void copy_evidence(const RunRecord& record, const std::filesystem::path& from,
                   const std::filesystem::path& to, const CancelToken& cancel,
                   const std::function<void(const std::string&)>& progress);

}  // namespace smx::signoff
