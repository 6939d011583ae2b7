#include "harness/app/execution.h"

#include "harness/app/judge_arguments.h"
#include "harness/app/run_assembly.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"

namespace smx::app {
namespace {

TEST(HypervisorUri, of_a_new_run_is_what_was_asked_for) {
  EXPECT_EQ(hypervisor_uri({}, ""), "qemu:///embed");
  EXPECT_EQ(hypervisor_uri({}, "qemu:///session"), "qemu:///session");
}

TEST(HypervisorUri, of_a_run_that_goes_on_is_its_own) {
  RunRecord record;
  record.info.environment["uri"] = "qemu:///session";
  EXPECT_EQ(hypervisor_uri(record.info, ""), "qemu:///session");
  EXPECT_EQ(hypervisor_uri(record.info, "qemu:///session"), "qemu:///session");
  EXPECT_THROW(hypervisor_uri(record.info, "qemu:///embed"), Error);
}

TEST(JudgeOptions, put_their_waivers_into_the_record_so_that_reports_show_them) {
  const TempDir dir("/tmp", "jo");
  const auto file = dir.path() / "w.json";
  write_file_atomically(file, R"({"format": 1, "waivers": [{"cell": "*", "reason": "known", "owner": "ada",
                                  "expires": "2030-01-01"}]})");
  RunRecord record;
  JudgeArguments arguments;
  arguments.waivers = {file};
  judge_options(arguments, record);
  ASSERT_EQ(record.plan.matrix.waivers.size(), 1u);
  EXPECT_EQ(record.plan.matrix.waivers[0].owner, "ada");
}

}  // namespace
}  // namespace smx::app
