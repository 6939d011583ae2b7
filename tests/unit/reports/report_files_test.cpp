#include "reports/files/report_files.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "reports/common/evidence_folder.h"
#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

class ReportFilesTest : public ::testing::Test {
 protected:
  TempDir folder{std::filesystem::temp_directory_path(), "smx-reports-"};
  SampleRun run;
};

TEST_F(ReportFilesTest, writes_the_reports) {
  write_report_files(run.input(), folder.path());
  EXPECT_EQ(read_file(folder.path() / "report.json"), json_report(run.input()));
  EXPECT_EQ(read_file(folder.path() / "junit.xml"), junit_report(run.input()));
  EXPECT_EQ(read_file(folder.path() / "summary.md"), markdown_report(run.input()));
  EXPECT_EQ(read_file(folder.path() / "report.html"), html_report(run.input()));
}

TEST_F(ReportFilesTest, a_folder_that_is_not_there_is_an_error) {
  EXPECT_THROW(write_report_files(run.input(), folder.path() / "none"), Error);
}

TEST_F(ReportFilesTest, evidence_folder_reads_by_hash_and_to_the_limit) {
  const auto evidence = run.evidence.add("a.txt", "0123456789");
  write_file_atomically(folder.path() / evidence.sha256, "0123456789");
  EvidenceFolder reader(folder.path());
  EXPECT_EQ(reader.read(evidence, 4), "0123");
  EXPECT_EQ(reader.read(evidence, 100), "0123456789");
}

TEST_F(ReportFilesTest, evidence_folder_never_leaves_itself) {
  std::filesystem::create_directory(folder.path() / "evidence");
  write_file_atomically(folder.path() / "secret", "secret");
  EvidenceFolder reader(folder.path() / "evidence");
  EXPECT_FALSE(reader.read({"a", "../secret", 6, "text/plain", false}, 100));
  EXPECT_FALSE(reader.read({"a", std::string(64, 'a'), 6, "text/plain", false}, 100));
  EXPECT_FALSE(reader.read({"a", std::string(64, 'A'), 6, "text/plain", false}, 100));
}

}  // namespace
}  // namespace smx::testing
