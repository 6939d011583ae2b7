#include "harness/history/history.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/history/dictionary.h"
#include "harness/history/pack.h"
#include "harness/history/rows.h"

namespace smx::history {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;  // PRAGMA user_version
constexpr int kBusyMilliseconds = 30000;
constexpr const char* kSchema = R"(
  CREATE TABLE run(seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, matrix TEXT NOT NULL,
                   started INTEGER NOT NULL, ended INTEGER NOT NULL, end TEXT NOT NULL, version TEXT NOT NULL,
                   headline TEXT NOT NULL, exit_code INTEGER NOT NULL, folder TEXT NOT NULL,
                   signed INTEGER NOT NULL DEFAULT 0,
                   cells INTEGER NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
                   flaky INTEGER NOT NULL);
  CREATE INDEX run_by_start ON run(started, seq);
  CREATE TABLE content(run INTEGER PRIMARY KEY REFERENCES run(seq), results BLOB NOT NULL, inputs BLOB NOT NULL);
  CREATE TABLE tag(tag TEXT PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(seq)) WITHOUT ROWID;
  CREATE TABLE text(id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
  CREATE TABLE cell(id INTEGER PRIMARY KEY, target TEXT NOT NULL, mode TEXT NOT NULL, reader TEXT NOT NULL,
                    scenario TEXT NOT NULL, UNIQUE(target, mode, reader, scenario));
  CREATE TABLE input(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL,
                     value TEXT NOT NULL, UNIQUE(kind, scope, name, value));
)";

PackedResult packed(Dictionary& dictionary, const compare::CellResult& r) {
  PackedResult p;
  p.cell = dictionary.add_cell(r.id);
  p.flags = (r.covered ? kCovered : 0) | (r.flaky ? kFlaky : 0);
  if (r.outcome) p.outcome = dictionary.add_text(std::string(name(*r.outcome)));
  p.cause = dictionary.add_text(r.cause);
  p.message = dictionary.add_text(r.message);
  p.verdict = dictionary.add_text(std::string(name(r.verdict)));
  p.mark = dictionary.add_text(std::string(name(r.mark)));
  p.input_key = dictionary.add_text(r.input_key);
  p.from_run = dictionary.add_text(r.from_run);
  return p;
}

void insert_run(SQLite::Database& db, const compare::RunSummary& run, const fs::path& folder) {
  Tally tally;
  for (const auto& cell : run.cells) tally.count(cell.outcome, cell.flaky);
  SQLite::Statement insert(
      db,
      "INSERT INTO run(id, matrix, started, ended, end, version, headline, exit_code, folder, cells, "
      "passed, failed, flaky) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, run.id);
  insert.bind(2, run.matrix);
  insert.bind(3, std::int64_t{run.started.time_since_epoch().count()});
  insert.bind(4, std::int64_t{run.ended.time_since_epoch().count()});
  insert.bind(5, std::string(name(run.end)));
  insert.bind(6, run.harness_version);
  insert.bind(7, run.headline);
  insert.bind(8, run.exit_code);
  insert.bind(9, folder.string());
  insert.bind(10, tally.cells);
  insert.bind(11, tally.passed);
  insert.bind(12, tally.failed);
  insert.bind(13, tally.flaky);
  insert.exec();
}

void bind_bytes(SQLite::Statement& statement, int index, const std::string& bytes) {
  statement.bindNoCopy(index, bytes.data(), static_cast<int>(bytes.size()));
}

void erase_run(SQLite::Database& db, std::int64_t seq) {
  for (const char* sql : {"DELETE FROM tag WHERE run = ?", "DELETE FROM content WHERE run = ?",
                          "DELETE FROM run WHERE seq = ?"}) {
    SQLite::Statement erase(db, sql);
    erase.bind(1, seq);
    erase.exec();
  }
}

std::optional<std::int64_t> find_seq(SQLite::Database& db, const std::string& run) {
  SQLite::Statement query(db, "SELECT seq FROM run WHERE id = ?");
  query.bindNoCopy(1, run);
  if (!query.executeStep()) return std::nullopt;
  return query.getColumn(0).getInt64();
}

void open(SQLite::Database& db, const fs::path& file) {
  db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=268435456;");
  const auto version = [&] { return db.execAndGet("PRAGMA user_version").getInt(); };
  if (version() == 0) {
    SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
    // Another process may have made it while this waited.
    if (version() == 0) {
      db.exec(kSchema);
      db.exec("PRAGMA user_version = " + std::to_string(kFormat));
    }
    transaction.commit();
  }
  if (version() != kFormat)
    throw Error(ErrorKind::usage, file.string() + " is a history of format " + std::to_string(version()) +
                                      ", and this version reads " + std::to_string(kFormat) +
                                      "; `history import --anew` rebuilds it from the runs");
}

[[noreturn]] void throw_cannot(const fs::path& file, const SQLite::Exception& e) {
  const auto code = e.getErrorCode();
  if (code == SQLITE_FULL)
    std::throw_with_nested(Error(ErrorKind::environment, file.string() + ": no space is left"));
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT || code == SQLITE_ERROR)
    std::throw_with_nested(
        Error(ErrorKind::usage, file.string() + " is not a history, or a damaged one; the runs are not "
                                                "touched by that: `history import --anew` rebuilds "
                                                "it from them"));
  std::throw_with_nested(Error(ErrorKind::environment,
                               file.string() + ": the history cannot be used (" + e.getErrorStr() + ")"));
}

}  // namespace

History::History(const fs::path& file) : file_(file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error)
    throw Error(ErrorKind::environment, file.parent_path().string() + " cannot be made: " + error.message());
  try {
    db_ = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                             kBusyMilliseconds);
    open(*db_, file);
  } catch (const SQLite::Exception& e) {
    throw_cannot(file, e);
  }
  dictionary_ = std::make_unique<Dictionary>(*db_);
}

History::~History() = default;

void History::rethrow_in_words() const {
  try {
    throw;
  } catch (const SQLite::Exception& e) {
    // What a transaction that came to nothing had added to it is not there.
    dictionary_ = std::make_unique<Dictionary>(*db_);
    throw_cannot(file_, e);
  }
}

void History::add(const compare::RunSummary& run, const fs::path& folder) {
  guarded([&] {
    SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
    if (const auto old = find_seq(*db_, run.id)) erase_run(*db_, *old);
    insert_run(*db_, run, folder);
    const auto seq = db_->getLastInsertRowid();
    std::vector<PackedResult> results;
    for (const auto& cell : run.cells) results.push_back(packed(*dictionary_, cell));
    std::vector<std::uint32_t> inputs;
    for (const auto& input : run.inputs) inputs.push_back(dictionary_->add_input(input));
    const auto result_bytes = pack(results), input_bytes = pack(inputs);
    SQLite::Statement insert(*db_, "INSERT INTO content VALUES(?, ?, ?)");
    insert.bind(1, seq);
    bind_bytes(insert, 2, result_bytes);
    bind_bytes(insert, 3, input_bytes);
    insert.exec();
    transaction.commit();
  });
}

std::set<std::string> History::ids() const {
  return guarded([&] {
    SQLite::Statement query(*db_, "SELECT id FROM run");
    std::set<std::string> ids;
    while (query.executeStep()) ids.insert(query.getColumn(0).getString());
    return ids;
  });
}

void History::forget_folder(const std::string& run) {
  guarded([&] {
    SQLite::Statement update(*db_, "UPDATE run SET folder = '' WHERE id = ?");
    update.bind(1, run);
    update.exec();
  });
}

void History::remove(const std::string& run) {
  guarded([&] {
    SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
    if (const auto seq = find_seq(*db_, run)) erase_run(*db_, *seq);
    transaction.commit();
  });
}

void History::set_marks(const std::string& run, const std::vector<std::string>& tags, bool is_signed) {
  for (const auto& tag : tags) check_tag(tag);
  guarded([&] {
    SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
    const auto seq = find_seq(*db_, run);
    if (!seq) throw Error(ErrorKind::usage, "the history does not know the run " + run);
    SQLite::Statement erase(*db_, "DELETE FROM tag WHERE run = ?");
    erase.bind(1, *seq);
    erase.exec();
    for (const auto& tag : tags) {
      SQLite::Statement insert(*db_, "INSERT OR REPLACE INTO tag VALUES(?, ?)");
      insert.bind(1, tag);
      insert.bind(2, *seq);
      insert.exec();
    }
    SQLite::Statement update(*db_, "UPDATE run SET signed = ? WHERE seq = ?");
    update.bind(1, is_signed ? 1 : 0);
    update.bind(2, *seq);
    update.exec();
    transaction.commit();
  });
}

void check_tag(const std::string& text) {
  if (!is_tag(text))
    throw Error(ErrorKind::usage,
                "\"" + one_line(text, 64) +
                    "\" is not a tag: letters, digits, \"-\", \"_\" and \".\", at most 64 of them, and "
                    "not like a run's id");
}

bool is_tag(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (text.empty() || text.size() > 64 || text == "latest" || text == "latest-good" || text.front() == '-')
    return false;
  // A run's id, or the beginning of one.
  if (std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '-'; }))
    return false;
  const bool like_id =
      text.size() >= 9 && text[8] == '-' &&
      std::all_of(text.begin(), text.begin() + 8, [](char c) { return c >= '0' && c <= '9'; });
  return !like_id && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace smx::history
