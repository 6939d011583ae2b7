#include "harness/journal/copy_run.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "harness/core/model/model_json.h"
#include "harness/journal/evidence_store.h"
#include "harness/journal/journal.h"
#include "harness/journal/run_marks.h"
#include "harness/journal/run_store.h"

namespace smx::journal {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr const char* kId = "20261124-093012-5f3c";

/// A run with one attempt, in a folder as another machine would send it.
class CopyRunTest : public testing::Test {
 protected:
  CopyRunTest() {
    RunRecord record;
    record.info.id = kId;
    record.info.started = parse_iso8601("2026-11-24T09:30:12.000Z");
    record.plan.matrix.name = "m";
    attempt.cell = {"t", BootMode::normal, "r", "s"};
    record.plan.cells = {{attempt.cell, 1, "s", "", false}};
    attempt.started = attempt.ended = record.info.started;
    attempt.observation.outcome = Outcome::passed;
    attempt.observation.evidence = {EvidenceStore(from / "evidence").put("trace.txt", "SELECT")};
    Journal journal(from);
    journal.run_started(record, false);
    journal.attempt_started({}, attempt);
    journal.attempt_ended({}, attempt);
    record.end = RunEnd::completed;
    record.ended = record.info.started;
    journal.run_ended(record, {});
  }
  CopiedRun copy() { return copy_run(from, runs, CancelToken()); }
  const Evidence& piece() const { return attempt.observation.evidence.front(); }

  TempDir folder{"/tmp", "copy"};
  fs::path from = folder.path() / "from", runs = folder.path() / "runs";
  Attempt attempt;
};

TEST_F(CopyRunTest, copies_journal_and_evidence_but_no_marks) {
  add_tag(from, "golden");
  const auto copied = copy();
  EXPECT_EQ(copied.folder, runs / kId);
  EXPECT_THAT(copied.missing, IsEmpty());
  EXPECT_THAT(read_run(copied.folder).attempts, ElementsAre(attempt));
  EXPECT_EQ(read_file(copied.folder / "evidence" / piece().sha256), "SELECT");
  EXPECT_FALSE(read_marks(copied.folder).keeps());
  EXPECT_EQ(std::distance(fs::directory_iterator(runs), {}), 1);  // nothing half made stays
}

TEST_F(CopyRunTest, a_run_that_goes_on_is_not_copied) {
  const Journal held(from);
  EXPECT_THAT([&] { copy(); }, ThrowsMessage<Error>(HasSubstr("is still running")));
}

TEST_F(CopyRunTest, a_journal_that_is_a_link_is_not_followed) {
  fs::rename(from / "journal.db", folder.path() / "elsewhere.db");
  fs::create_symlink(folder.path() / "elsewhere.db", from / "journal.db");
  EXPECT_THAT([&] { copy(); }, ThrowsMessage<Error>(HasSubstr("is a link")));
}

TEST_F(CopyRunTest, a_run_that_was_cut_short_is_replaced_when_it_has_gone_on) {
  copy();
  {
    SQLite::Database db((runs / kId / "journal.db").string(), SQLite::OPEN_READWRITE);
    db.exec("DELETE FROM meta WHERE key IN ('end', 'ended')");
  }
  add_tag(runs / kId, "mine");
  EXPECT_EQ(read_run(runs / kId).end, RunEnd::unfinished);
  copy();
  EXPECT_EQ(read_run(runs / kId).end, RunEnd::completed);
  EXPECT_THAT(read_marks(runs / kId).tags, ElementsAre("mine"));
  EXPECT_THAT([&] { copy(); }, ThrowsMessage<Error>(HasSubstr("already")));
}

TEST_F(CopyRunTest, evidence_that_is_gone_altered_or_a_link_is_told_and_left_out) {
  const auto file = from / "evidence" / piece().sha256;
  fs::remove(file);
  EXPECT_THAT(copy().missing, ElementsAre(HasSubstr("trace.txt")));
  fs::remove_all(runs);
  write_file_atomically(file, "altered");
  EXPECT_THAT(copy().missing, ElementsAre(HasSubstr(piece().sha256)));
  fs::remove_all(runs);
  fs::remove(file);
  write_file_atomically(folder.path() / "outside", "SELECT");
  fs::create_symlink(folder.path() / "outside", file);
  EXPECT_THAT(copy().missing, ElementsAre(HasSubstr("trace.txt")));
  EXPECT_TRUE(fs::is_empty(runs / kId / "evidence"));
}

TEST_F(CopyRunTest, a_run_that_is_there_is_not_replaced) {
  copy();
  EXPECT_THAT([&] { copy(); }, ThrowsMessage<Error>(HasSubstr("already")));
}

TEST_F(CopyRunTest, a_cancelled_copy_leaves_nothing) {
  CancelToken cancel;
  cancel.cancel();
  EXPECT_THROW(copy_run(from, runs, cancel), Cancelled);
  EXPECT_TRUE(fs::is_empty(runs));
}

TEST_F(CopyRunTest, one_cell_is_read_by_itself) {
  const auto record = read_cell(from, attempt.cell);
  EXPECT_THAT(record.attempts, ElementsAre(attempt));
  EXPECT_THAT(record.boots, IsEmpty());
  EXPECT_THAT(read_cell(from, {"t", BootMode::normal, "r", "another"}).attempts, IsEmpty());
}

TEST(RunIds, have_one_form) {
  EXPECT_TRUE(is_run_id(kId));
  for (const char* bad : {"", "../../escape", "20261124-093012-5f3", "20261124-093012-5F3C",
                          "20261124_093012-5f3c", "2026112a-093012-5f3c", "20261124-093012-5f3c/"})
    EXPECT_FALSE(is_run_id(bad)) << bad;
}

}  // namespace
}  // namespace smx::journal
