#pragma once

#include <filesystem>

#include "harness/core/run_listener.h"
#include "reports/report_input.h"

namespace smx {

/// Writes report.json, junit.xml, summary.md and report.html into `folder` (which exists), each replaced
/// atomically. Links of the HTML page to evidence are relative: "evidence/<sha256>" beside it. Throws
/// Error(environment) when a file cannot be written or the page's templates are not installed.
void write_report_files(const ReportInput& input, const std::filesystem::path& folder);

/// Writes them when a run ends, interrupted runs included. Place it after the journal among the listeners.
class ReportFiles : public RunListener {
 public:
  /// `evidence` must outlive this object.
  ReportFiles(std::filesystem::path folder, EvidenceReader& evidence)
      : folder_(std::move(folder)), evidence_(evidence) {}
  void run_ended(const RunRecord& record, const Judgement& judgement) override;

 private:
  std::filesystem::path folder_;
  EvidenceReader& evidence_;
};

}  // namespace smx
