#include "harness/journal/journal.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"

namespace smx::journal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kFormat = "1";
constexpr const char* kSchema = R"(
  CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS boot(group_id TEXT, number INTEGER, started TEXT NOT NULL, ended TEXT, record TEXT,
                                  PRIMARY KEY(group_id, number)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS attempt(cell TEXT, number INTEGER, group_id TEXT NOT NULL, boot INTEGER NOT NULL,
                                     started TEXT NOT NULL, ended TEXT, observation TEXT,
                                     PRIMARY KEY(cell, number)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS abandoned(what TEXT, number INTEGER, started TEXT);
)";

std::string now() {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

std::string meta(SQLite::Database& db, const char* key) {
  SQLite::Statement query(db, "SELECT value FROM meta WHERE key = ?");
  query.bind(1, key);
  return query.executeStep() ? query.getColumn(0).getString() : "";
}

void check_format(SQLite::Database& db, const fs::path& folder) {
  const auto format = meta(db, "format");
  if (format != kFormat)
    throw Error(ErrorKind::usage, folder.string() + " holds a journal of format \"" + format +
                                      "\"; this version reads " + kFormat);
}

[[noreturn]] void throw_unwritable(const fs::path& folder, const SQLite::Exception& e) {
  const bool full = e.getErrorCode() == SQLITE_FULL;
  std::throw_with_nested(
      Error(ErrorKind::environment, folder.string() + ": the journal cannot be written" +
                                        (full ? ": no space is left; free some and `resume`" : "")));
}

std::map<std::string, CellId> cells_by_name(const Plan& plan) {
  std::map<std::string, CellId> cells;
  for (const auto& cell : plan.cells) cells[cell.id.str()] = cell.id;
  return cells;
}

Attempt attempt_from(SQLite::Statement& row, const CellId& cell) {
  const auto text = [&](int column) { return row.getColumn(column).getString(); };
  return {cell,
          row.getColumn(1).getInt(),
          text(2),
          row.getColumn(3).getInt(),
          parse_iso8601(text(4)),
          parse_iso8601(text(5)),
          observation_from_json(json::parse(text(6)))};
}

Boot boot_from(SQLite::Statement& row) {
  auto boot = boot_from_json(json::parse(row.getColumn(0).getString()));
  boot.ended = parse_iso8601(row.getColumn(1).getString());
  return boot;
}

std::pair<RunEnd, std::optional<TimePoint>> end_of(SQLite::Database& db) {
  const auto end = parse_run_end(meta(db, "end")).value_or(RunEnd::unfinished);
  if (end == RunEnd::unfinished) return {end, std::nullopt};
  return {end, parse_iso8601(meta(db, "ended"))};
}

constexpr const char* kAttempts =
    "SELECT cell, number, group_id, boot, started, ended, observation FROM attempt WHERE ended IS NOT NULL";

/// Opens a journal to read it, and says what is wrong with it in words.
template <class Do>
auto read_with(const fs::path& folder, const Do& read) {
  const auto file = folder / "journal.db";
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    throw Error(
        ErrorKind::usage,
        folder.string() + " is not a run: it has no journal.db; `safemode-matrix history` shows the runs");
  try {
    // Read-write, because a reader of a WAL may have to recover it; nothing is changed.
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE, 5000);
    check_format(db, folder);
    return read(db);
  } catch (const SQLite::Exception&) {
    std::throw_with_nested(Error(ErrorKind::usage, file.string() + " cannot be read as a journal"));
  } catch (const json::exception&) {
    std::throw_with_nested(Error(ErrorKind::usage, file.string() + " holds a damaged record"));
  }
}

template <class T>
void bind_one(SQLite::Statement& statement, int& index, const T& value) {
  statement.bind(index++, value);
}

}  // namespace

Journal::Journal(fs::path folder, Options options) : options_(std::move(options)) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorKind::environment, folder.string() + " cannot be made: " + error.message());
  lock_ = FileLock::try_take(folder / "lock");
  if (!lock_)
    throw Error(ErrorKind::environment, "another controller is working on the run in " + folder.string());
  try {
    db_ = std::make_unique<SQLite::Database>((folder / "journal.db").string(),
                                             SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5000);
    db_->exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    // A later version's journal is refused before anything of this version's is put into it.
    if (db_->tableExists("meta") && !meta(*db_, "format").empty()) check_format(*db_, folder);
    db_->exec(kSchema);
    db_->exec(std::string("INSERT OR IGNORE INTO meta VALUES('format', '") + kFormat + "')");
    check_format(*db_, folder);
  } catch (const SQLite::Exception& e) {
    throw_unwritable(folder, e);
  }
}

Journal::~Journal() = default;

template <class... Values>
void Journal::write(const char* sql, const Values&... values) {
  if (options_.at_write) options_.at_write("before");
  try {
    SQLite::Statement statement(*db_, sql);
    [[maybe_unused]] int index = 1;
    (bind_one(statement, index, values), ...);
    statement.exec();
  } catch (const SQLite::Exception& e) {
    throw_unwritable(fs::path(db_->getFilename()).parent_path(), e);
  }
  if (options_.at_write) options_.at_write("after");
}

void Journal::abandon_unfinished() try {
  SQLite::Transaction transaction(*db_);
  db_->exec("INSERT INTO abandoned SELECT cell, number, started FROM attempt WHERE ended IS NULL");
  db_->exec("INSERT INTO abandoned SELECT group_id, number, started FROM boot WHERE ended IS NULL");
  db_->exec("DELETE FROM attempt WHERE ended IS NULL");
  // What a boot proved before its controller died stands behind the attempts that ended in it.
  db_->exec(
      "UPDATE boot SET ended = (SELECT max(a.ended) FROM attempt a WHERE a.group_id = boot.group_id AND "
      "a.boot "
      "= boot.number) WHERE ended IS NULL AND record IS NOT NULL");
  db_->exec("DELETE FROM boot WHERE ended IS NULL");
  transaction.commit();
} catch (const SQLite::Exception& e) {
  throw_unwritable(fs::path(db_->getFilename()).parent_path(), e);
}

void Journal::run_started(const RunRecord& record, bool resumed) {
  if (resumed) {
    write("DELETE FROM meta WHERE key IN ('end', 'ended')");
    write("UPDATE meta SET value = ? WHERE key = 'run'", to_json(record.info).dump());
    return;
  }
  // One statement, one transaction: a run is there with its plan, or not at all.
  write("INSERT INTO meta VALUES('run', ?), ('plan', ?)", to_json(record.info).dump(),
        to_json(record.plan).dump());
}

void Journal::boot_started(const BootGroup& group, int number) {
  write("INSERT INTO boot(group_id, number, started) VALUES(?, ?, ?)", group.id, number, now());
}

void Journal::attempt_started(const BootGroup&, const Attempt& a) {
  write("INSERT INTO attempt(cell, number, group_id, boot, started) VALUES(?, ?, ?, ?, ?)", a.cell.str(),
        a.number, a.group, a.boot, iso8601(a.started));
}

void Journal::attempt_ended(const BootGroup&, const Attempt& a) {
  write("UPDATE attempt SET ended = ?, observation = ? WHERE cell = ? AND number = ?", iso8601(a.ended),
        to_json(a.observation).dump(), a.cell.str(), a.number);
}

void Journal::boot_proven(const BootGroup& group, const Boot& boot) {
  write("UPDATE boot SET record = ? WHERE group_id = ? AND number = ?", to_json(boot).dump(), group.id,
        boot.number);
}

void Journal::boot_ended(const BootGroup& group, const Boot& boot) {
  write("UPDATE boot SET ended = ?, record = ? WHERE group_id = ? AND number = ?", iso8601(boot.ended),
        to_json(boot).dump(), group.id, boot.number);
}

void Journal::run_ended(const RunRecord& record, const Judgement&) {
  const char* end = record.end == RunEnd::completed ? "completed" : "interrupted";
  write("INSERT OR REPLACE INTO meta VALUES('end', ?), ('ended', ?)", std::string(end),
        iso8601(record.ended));
}

std::pair<RunEnd, std::optional<TimePoint>> read_end(const fs::path& folder) {
  return read_with(folder, [](SQLite::Database& db) { return end_of(db); });
}

RunRecord read_run(const fs::path& folder) {
  return read_with(folder, [&](SQLite::Database& db) {
    if (meta(db, "plan").empty())
      throw Error(ErrorKind::usage,
                  folder.string() + " holds a run whose controller died before it planned anything");
    RunRecord record;
    record.info = run_info_from_json(json::parse(meta(db, "run")));
    record.plan = plan_from_json(json::parse(meta(db, "plan")));
    const auto [end, ended] = end_of(db);
    record.end = end;
    if (ended) record.ended = *ended;
    SQLite::Statement boots(
        db, "SELECT record, ended FROM boot WHERE ended IS NOT NULL ORDER BY ended, group_id, number");
    while (boots.executeStep()) record.boots.push_back(boot_from(boots));
    const auto cells = cells_by_name(record.plan);
    SQLite::Statement attempts(db, std::string(kAttempts) + " ORDER BY ended, cell, number");
    while (attempts.executeStep()) {
      const auto name = attempts.getColumn(0).getString();
      const auto cell = cells.find(name);
      if (cell == cells.end())
        throw Error(ErrorKind::internal,
                    "the journal has an attempt at \"" + name + "\", which its plan does not know");
      record.attempts.push_back(attempt_from(attempts, cell->second));
    }
    return record;
  });
}

CellRecord read_cell(const fs::path& folder, const CellId& cell) {
  return read_with(folder, [&](SQLite::Database& db) {
    CellRecord record;
    SQLite::Statement attempts(db, std::string(kAttempts) + " AND cell = ? ORDER BY number");
    attempts.bind(1, cell.str());
    while (attempts.executeStep()) record.attempts.push_back(attempt_from(attempts, cell));
    SQLite::Statement boots(
        db,
        "SELECT record, ended FROM boot WHERE ended IS NOT NULL AND (group_id, number) IN "
        "(SELECT group_id, boot FROM attempt WHERE cell = ?) ORDER BY number");
    boots.bind(1, cell.str());
    while (boots.executeStep()) record.boots.push_back(boot_from(boots));
    return record;
  });
}

void copy_journal(const fs::path& folder, const fs::path& to) {
  const auto file = folder / "journal.db";
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    throw Error(ErrorKind::usage, folder.string() + " is not a run: it has no journal.db");
  if (fs::exists(fs::symlink_status(to, error)))
    throw Error(ErrorKind::environment, to.string() + " is there already; no journal is copied over it");
  try {
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE, 5000);
    check_format(db, folder);
    SQLite::Statement copy(db, "VACUUM INTO ?");
    copy.bind(1, to.string());
    copy.exec();
    // Or the first reader of the copy would leave files beside it.
    SQLite::Database(to.string(), SQLite::OPEN_READWRITE, 5000).exec("PRAGMA journal_mode=DELETE");
  } catch (const SQLite::Exception&) {
    std::throw_with_nested(Error(
        ErrorKind::environment, "the journal of " + folder.string() + " cannot be copied to " + to.string()));
  }
}

bool is_held(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "lock", error) && !FileLock::try_take(folder / "lock");
}

}  // namespace smx::journal
