#include "harness/history/prune.h"

#include <gmock/gmock.h>

#include "harness/core/model/model_json.h"

namespace smx::history {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const TimePoint kNow = parse_iso8601("2026-11-24T09:30:12.345Z");

RunLine line(const std::string& id, int days_ago, int exit_code = 1) {
  RunLine run;
  run.id = id;
  run.matrix = "m";
  run.started = kNow - std::chrono::days(days_ago);
  run.end = RunEnd::completed;
  run.exit_code = exit_code;
  run.folder = "/runs/" + id;
  return run;
}

TEST(Prune, takes_what_is_old_and_not_among_the_newest) {
  const std::vector<RunLine> runs{line("today", 0), line("young", 9), line("old", 11), line("older", 12)};
  EXPECT_THAT(prunable(runs, {1, std::chrono::days(10)}, kNow), ElementsAre("older", "old"));
  EXPECT_THAT(prunable(runs, {3, std::chrono::days(10)}, kNow), ElementsAre("older"));
  EXPECT_THAT(prunable(runs, {4, std::chrono::days(10)}, kNow), IsEmpty());
  EXPECT_THAT(prunable(runs, {0, std::chrono::days(0)}, kNow), ElementsAre("older", "old", "young"));
}

TEST(Prune, never_takes_a_baseline_or_a_signed_run) {
  auto tagged = line("tagged", 100), is_signed = line("signed", 101);
  tagged.tags = {"release-1"};
  is_signed.is_signed = true;
  EXPECT_THAT(prunable({tagged, is_signed, line("plain", 99)}, {0, std::chrono::days(1)}, kNow),
              ElementsAre("plain"));
}

TEST(Prune, leaves_each_matrix_its_latest_good_run) {
  auto other = line("other-good", 300, 0);
  other.matrix = "other";
  auto interrupted = line("interrupted", 90, 0);
  interrupted.end = RunEnd::interrupted;
  EXPECT_THAT(
      prunable({line("bad", 80), interrupted, line("good", 100, 0), line("older-good", 200, 0), other},
               {0, std::chrono::days(1)}, kNow),
      ElementsAre("older-good", "interrupted", "bad"));
}

TEST(Prune, counts_the_newest_of_each_matrix_by_itself) {
  auto other = line("other", 50);
  other.matrix = "other";
  EXPECT_THAT(prunable({line("a", 30), line("b", 40), other}, {1, std::chrono::days(1)}, kNow),
              ElementsAre("b"));
}

TEST(Prune, leaves_what_has_the_evidence_of_other_runs) {
  EXPECT_THAT(prunable({line("a", 30), line("b", 40)}, {0, std::chrono::days(1)}, kNow, {"a"}),
              ElementsAre("b"));
}

TEST(Prune, passes_over_what_is_pruned_already) {
  auto gone = line("gone", 100);
  gone.folder.clear();
  EXPECT_THAT(prunable({gone}, {0, std::chrono::days(1)}, kNow), IsEmpty());
}

}  // namespace
}  // namespace smx::history
