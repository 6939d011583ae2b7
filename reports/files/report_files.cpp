#include "reports/files/report_files.h"

#include "harness/core/files.h"
#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"

namespace smx {

void write_report_files(const ReportInput& input, const std::filesystem::path& folder) {
  write_file_atomically(folder / "report.json", json_report(input));
  write_file_atomically(folder / "junit.xml", junit_report(input));
  write_file_atomically(folder / "summary.md", markdown_report(input));
  write_file_atomically(folder / "report.html", html_report(input));
}

}  // namespace smx
