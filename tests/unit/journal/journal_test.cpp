#include "harness/journal/journal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/journal/evidence_store.h"

namespace smx::journal {
namespace {

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    record.info.id = "20261124-093012-5f3c";
    record.info.started = parse_iso8601("2026-11-24T09:30:12.000Z");
    record.plan.matrix.name = "m";
    record.plan.cells = {{{"t", BootMode::normal, "r", "a"}, 1, "A", "", false},
                         {{"t", BootMode::normal, "r", "b"}, 2, "B", "", false}};
    record.plan.groups = {{"t/normal/r", "t", StartState::unjoined, BootMode::normal, "r", {0, 1}}};
  }

  Attempt attempt(std::size_t cell, int number = 1) const {
    Attempt a;
    a.cell = record.plan.cells[cell].id;
    a.number = number;
    a.group = "t/normal/r";
    a.started = record.info.started;
    a.ended = record.info.started + Milliseconds(10 + 10 * static_cast<int>(cell));
    a.observation = {
        Outcome::failed, "cause", "message", {{"check", Outcome::failed, "cause", "m", "agent"}}, {}};
    return a;
  }
  Boot boot() const {
    Boot b;
    b.group = "t/normal/r";
    b.started = b.ended = record.info.started;
    b.trouble = "none";
    return b;
  }
  const BootGroup& group() const { return record.plan.groups[0]; }

  TempDir dir{std::filesystem::temp_directory_path(), "smx-test-"};
  RunRecord record;
};

TEST_F(JournalTest, gives_back_the_run_it_was_told) {
  const auto folder = dir.path() / "run";
  {
    Journal journal(folder);
    journal.run_started(record, false);
    journal.boot_started(group(), 1);
    for (const std::size_t cell : {0u, 1u}) {
      journal.attempt_started(group(), attempt(cell));
      journal.attempt_ended(group(), attempt(cell));
    }
    journal.boot_ended(group(), boot());
    record.end = RunEnd::completed;
    record.ended = record.info.started + Milliseconds(5000);
    journal.run_ended(record, {});
  }
  const auto back = read_run(folder);
  EXPECT_EQ(back.info, record.info);
  EXPECT_EQ(back.plan.cells, record.plan.cells);
  ASSERT_EQ(back.attempts.size(), 2u);
  EXPECT_EQ(back.attempts[0], attempt(0));
  EXPECT_EQ(back.attempts[1], attempt(1));
  ASSERT_EQ(back.boots.size(), 1u);
  EXPECT_EQ(back.boots[0], boot());
  EXPECT_EQ(back.end, RunEnd::completed);
  EXPECT_EQ(back.ended, record.ended);
}

TEST_F(JournalTest, leaves_out_what_never_ended_and_forgets_it_on_resume) {
  Journal journal(dir.path());
  journal.run_started(record, false);
  journal.boot_started(group(), 1);
  journal.attempt_started(group(), attempt(0));
  journal.attempt_ended(group(), attempt(0));
  journal.attempt_started(group(), attempt(1));
  EXPECT_EQ(read_run(dir.path()).attempts.size(), 1u);
  EXPECT_EQ(read_run(dir.path()).end, RunEnd::unfinished);
  journal.abandon_unfinished();
  // The same boot and attempt can be begun again.
  journal.boot_started(group(), 1);
  journal.attempt_started(group(), attempt(1));
  journal.attempt_ended(group(), attempt(1));
  EXPECT_EQ(read_run(dir.path()).attempts.size(), 2u);
}

TEST_F(JournalTest, keeps_the_proof_behind_an_attempt_whose_boot_never_ended) {
  Journal journal(dir.path());
  journal.run_started(record, false);
  journal.boot_started(group(), 1);
  journal.boot_proven(group(), boot());
  journal.attempt_started(group(), attempt(0));
  journal.attempt_ended(group(), attempt(0));
  journal.boot_started(group(), 2);  // one that died before any attempt ended is forgotten, proof or not
  journal.boot_proven(group(), boot());
  journal.abandon_unfinished();
  const auto back = read_run(dir.path());
  ASSERT_EQ(back.boots.size(), 1u);
  EXPECT_EQ(back.boots[0].mode, boot().mode);
  EXPECT_EQ(back.boots[0].reader, boot().reader);
  EXPECT_EQ(back.boots[0].ended, attempt(0).ended);
}

TEST_F(JournalTest, keeps_a_second_controller_out_until_the_first_is_gone) {
  {
    Journal first(dir.path());
    EXPECT_TRUE(is_held(dir.path()));
    EXPECT_THROW(Journal second(dir.path()), Error);
  }
  EXPECT_FALSE(is_held(dir.path()));
  EXPECT_NO_THROW(Journal third(dir.path()));
}

TEST_F(JournalTest, holds_what_it_was_told_when_its_process_is_killed_at_any_write) {
  // Six writes: before and after each, the process dies.
  for (int kill_at = 1; kill_at <= 12; ++kill_at) {
    const auto folder = dir.path() / std::to_string(kill_at);
    const auto child = ::fork();
    if (child == 0) {
      int n = 0;
      Journal::Options options;
      options.at_write = [&](const char*) {
        if (++n == kill_at) ::kill(::getpid(), SIGKILL);
      };
      Journal journal(folder, options);
      journal.run_started(record, false);
      journal.boot_started(group(), 1);
      journal.attempt_started(group(), attempt(0));
      journal.attempt_ended(group(), attempt(0));
      journal.boot_ended(group(), boot());
      journal.run_ended(record, {});
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const int written = kill_at / 2;
    EXPECT_FALSE(is_held(folder));
    if (written == 0) {
      EXPECT_THROW(read_run(folder), Error);
      continue;
    }
    const auto back = read_run(folder);
    EXPECT_EQ(back.attempts.size(), written >= 4 ? 1u : 0u) << "killed at " << kill_at;
    EXPECT_EQ(back.boots.size(), written >= 5 ? 1u : 0u) << "killed at " << kill_at;
  }
}

TEST_F(JournalTest, refuses_a_folder_without_a_journal_and_a_file_that_is_none) {
  EXPECT_THROW(read_run(dir.path()), Error);
  write_file_atomically(dir.path() / "journal.db", "this is no database, but it is long enough to look at");
  EXPECT_THROW(read_run(dir.path()), Error);
}

TEST_F(JournalTest, is_copied_whole_into_one_file_while_it_is_written_to) {
  Journal journal(dir.path() / "run");
  journal.run_started(record, false);
  journal.attempt_started(group(), attempt(0));
  journal.attempt_ended(group(), attempt(0));
  const auto folder = dir.path() / "copy";
  std::filesystem::create_directory(folder);
  copy_journal(dir.path() / "run", folder / "journal.db");
  journal.attempt_started(group(), attempt(1));
  journal.attempt_ended(group(), attempt(1));
  const auto before = sha256_file(folder / "journal.db");
  const auto copy = read_run(folder);
  EXPECT_EQ(copy.info, record.info);
  ASSERT_EQ(copy.attempts.size(), 1u) << "of the moment of the copy";
  EXPECT_EQ(read_run(dir.path() / "run").attempts.size(), 2u);
  EXPECT_EQ(sha256_file(folder / "journal.db"), before) << "reading leaves it as it is";
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++files;
  EXPECT_EQ(files, 1u) << "no WAL beside it";
}

TEST_F(JournalTest, is_not_copied_over_a_file_nor_from_what_is_none) {
  Journal journal(dir.path() / "run");
  write_file_atomically(dir.path() / "there", "x");
  EXPECT_THROW(copy_journal(dir.path() / "run", dir.path() / "there"), Error);
  EXPECT_EQ(read_file(dir.path() / "there"), "x");
  EXPECT_THROW(copy_journal(dir.path(), dir.path() / "copy"), Error);
  EXPECT_THROW(copy_journal(dir.path() / "run", dir.path() / "none" / "copy"), Error);
}

TEST_F(JournalTest, stores_evidence_by_content_and_marks_what_was_cut) {
  EvidenceStore store(dir.path() / "evidence");
  const auto a = store.put("a.txt", "same");
  const auto b = store.put("b.txt", "same");
  EXPECT_EQ(a.sha256, b.sha256);
  EXPECT_EQ(read_file(dir.path() / "evidence" / a.sha256), "same");
  EXPECT_FALSE(a.truncated);
  const auto cut = store.put("c.txt", "0123456789", "text/plain", 4);
  EXPECT_TRUE(cut.truncated);
  EXPECT_EQ(cut.size, 4u);
  EXPECT_EQ(read_file(dir.path() / "evidence" / cut.sha256), "0123");
}

}  // namespace
}  // namespace smx::journal
