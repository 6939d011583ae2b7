#pragma once

#include <filesystem>

#include "reports/common/report_input.h"

namespace smx {

/// Writes report.json, junit.xml, summary.md and report.html into `folder` (which exists), each replaced
/// atomically. Links of the HTML page to evidence are relative: "evidence/<sha256>" beside it. Throws
/// Error(environment) when a file cannot be written or the page's templates are not installed.
void write_report_files(const ReportInput& input, const std::filesystem::path& folder);

}  // namespace smx
