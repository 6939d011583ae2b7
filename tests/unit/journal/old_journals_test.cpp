#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/journal/journal.h"
#include "harness/verdict/judge.h"
#include "tests/unit/journal/journal_sample.h"

// Journals that earlier programs wrote, as SQL text in tests/data/journals: they open, tell the same story,
// and are judged as ever. The newest of them is what today's program writes.

namespace smx::journal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kJournals = SMX_SOURCE_DIR "/tests/data/journals";

std::vector<std::string> all_journals() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kJournals))
    if (entry.path().extension() == ".sql") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// A run's folder with the journal of that name; `with`: more SQL.
void restore(const std::string& name, const fs::path& folder, const std::string& with = "") {
  fs::create_directories(folder);
  SQLite::Database db((folder / "journal.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  db.exec(read_file(fs::path(kJournals) / (name + ".sql")));
  if (!with.empty()) db.exec(with);
}

std::vector<std::string> verdicts(const RunRecord& record) {
  const auto judgement = verdict::judge(record, {});
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < record.plan.cells.size(); ++i)
    lines.push_back(fmt::format("{}/{}: {}{}", smx::name(record.plan.cells[i].id.mode),
                                record.plan.cells[i].id.scenario, smx::name(judgement.cells[i].verdict),
                                judgement.cells[i].flaky ? ", flaky" : ""));
  return lines;
}

/// All that a journal says, without the clock of whoever wrote it.
json content(const fs::path& folder) {
  SQLite::Database db((folder / "journal.db").string(), SQLite::OPEN_READWRITE);
  json all = json::array();
  for (const auto* sql :
       {"SELECT type || ' ' || name, sql FROM sqlite_master ORDER BY name", "SELECT * FROM meta ORDER BY key",
        "SELECT group_id, number, ended, record FROM boot ORDER BY 1, 2",
        "SELECT cell, number, group_id, boot, started, ended, observation FROM attempt ORDER BY 1, 2",
        "SELECT what, number FROM abandoned ORDER BY 1, 2"}) {
    SQLite::Statement rows(db, sql);
    while (rows.executeStep())
      for (int i = 0; i < rows.getColumnCount(); ++i) {
        const auto text = rows.getColumn(i).getString();
        all.push_back(text.starts_with('{') ? json::parse(text) : json(text));
      }
  }
  return all;
}

std::string tables(const fs::path& folder) {
  SQLite::Database db((folder / "journal.db").string());
  return db.execAndGet("SELECT group_concat(name) FROM (SELECT name FROM sqlite_master ORDER BY name)")
      .getString();
}

class OldJournals : public testing::Test {
 protected:
  TempDir dir{fs::temp_directory_path(), "smx-old-"};
  fs::path folder = dir.path() / "run";
};

class EveryOldJournal : public OldJournals, public testing::WithParamInterface<std::string> {};

TEST_P(EveryOldJournal, opens_and_is_judged_as_ever) {
  restore(GetParam(), folder);
  const auto record = read_run(folder);
  EXPECT_EQ(record.info.id, "20261124-093012-5f3c");
  EXPECT_EQ(record.end, RunEnd::interrupted);
  EXPECT_EQ(record.boots.size(), 2u);
  EXPECT_EQ(record.attempts.size(), 5u);
  EXPECT_EQ(record.plan.matrix.cards.at(0).pin, (SecretReference{"env", "PIN"}));
  EXPECT_THAT(
      verdicts(record),
      ElementsAre("normal/domain-logon: not-covered", "normal/unlock-workstation: control-ok",
                  "normal/pin-management: control-ok, flaky", "normal/certutil-scinfo: inconclusive",
                  "safe-networking/domain-logon: not-covered", "safe-networking/unlock-workstation: waived",
                  "safe-networking/pin-management: conforms",
                  "safe-networking/certutil-scinfo: inconclusive"));
  EXPECT_EQ(read_cell(folder, record.plan.cells.at(2).id).attempts.size(), 2u);
}

TEST_P(EveryOldJournal, takes_more_for_resume) {
  restore(GetParam(), folder);
  const auto before = read_run(folder);
  {
    Journal journal(folder);
    journal.abandon_unfinished();
    journal.run_started(before, true);
    auto attempt = before.attempts.at(0);
    attempt.cell = before.plan.cells.at(3).id;
    journal.attempt_started(before.plan.groups.at(0), attempt);
    journal.attempt_ended(before.plan.groups.at(0), attempt);
  }
  const auto after = read_run(folder);
  EXPECT_EQ(after.attempts.size(), before.attempts.size() + 1);
  EXPECT_EQ(after.end, RunEnd::unfinished);
}

INSTANTIATE_TEST_SUITE_P(Journals, EveryOldJournal, testing::ValuesIn(all_journals()),
                         [](const auto& journal) {
                           std::string name = "of_" + journal.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_F(OldJournals, are_kept_whenever_the_form_changes) {
  if (const char* keep = std::getenv("SMX_KEEP_JOURNAL")) folder = keep;
  write_sample_journal(folder);
  const auto newest = all_journals().back();
  restore(newest, dir.path() / "newest");
  EXPECT_EQ(json::diff(content(dir.path() / "newest"), content(folder)), json::array())
      << "a journal has another form than " << newest
      << ".sql; tests/data/journals/README.md says what to do";
}

TEST_F(OldJournals, first_one_had_no_keys_that_came_later) {
  const auto first = read_file(fs::path(kJournals) / (all_journals().front() + ".sql"));
  for (const auto* key :
       {"\"plug_and_play_checks\"", "\"mode_switch\"", "\"drivers\"", "\"lab\"", "\"unchanged\""})
    EXPECT_THAT(first, Not(HasSubstr(key)));
}

void expect_refused(const fs::path& folder, const std::string& words) {
  for (const auto& open :
       {+[](const fs::path& f) { read_run(f); }, +[](const fs::path& f) { Journal journal(f); }})
    try {
      open(folder);
      ADD_FAILURE() << "it was opened";
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::usage);
      EXPECT_THAT(e.what(), HasSubstr(words));
    }
}

TEST_F(OldJournals, of_a_later_format_are_refused_and_left_alone) {
  restore(all_journals().back(), folder,
          "UPDATE meta SET value = '2' WHERE key = 'format'; DROP TABLE abandoned");
  const auto before = tables(folder);
  expect_refused(folder, folder.string() + " holds a journal of format \"2\"; this version reads 1");
  EXPECT_EQ(tables(folder), before);
}

TEST_F(OldJournals, without_what_every_version_wrote_are_refused) {
  restore(all_journals().back(), folder,
          "UPDATE meta SET value = json_remove(value, '$.cells') WHERE key = 'plan'");
  EXPECT_THROW(read_run(folder), Error);
}

}  // namespace
}  // namespace smx::journal
