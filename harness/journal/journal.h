#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "harness/core/files.h"
#include "harness/core/model/judgement.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "harness/core/run_listener.h"
#include "harness/core/time_types.h"

namespace SQLite {
class Database;
}

namespace smx::journal {

/// The durable record of one run: `journal.db` in the run's folder (SQLite, WAL, synchronous=FULL).
///
///   meta(key, value)                                   format, run, plan, end, ended
///   boot(group_id, number, started, ended, record)     `record` is null until the boot's proof
///                                                      was tried, `ended` until the boot ended
///   attempt(cell, number, group_id, boot, started, ended, observation)
///   abandoned(what, number, started)                   begun by a controller that died; run again by
///                                                      `resume`
///
/// Every event is one transaction and durable when its handler returns, before the run's next step. The lock
/// file beside it is held for as long as this object lives: it says whether the run's controller does.
class Journal : public RunListener {
 public:
  struct Options {
    /// Called around each write ("before", "after"): tests end the process there.
    std::function<void(const char* when)> at_write;
  };

  /// Makes the folder and an empty journal, or opens the one that is there for more. Throws
  /// Error(environment) when another controller holds it, Error(usage) when it is not a journal of a version
  /// this program reads.
  explicit Journal(std::filesystem::path folder, Options options);
  explicit Journal(const std::filesystem::path& folder) : Journal(folder, Options{}) {}
  ~Journal() override;

  /// Forgets what was begun and never ended, which stays listed as abandoned; a boot in which an attempt
  /// ended stays, with its proof. For `resume`. Throws Error(environment).
  void abandon_unfinished();

  void run_started(const RunRecord& record, bool resumed) override;
  void boot_started(const BootGroup& group, int number) override;
  void attempt_started(const BootGroup& group, const Attempt& attempt) override;
  void attempt_ended(const BootGroup& group, const Attempt& attempt) override;
  void boot_proven(const BootGroup& group, const Boot& boot) override;
  void boot_ended(const BootGroup& group, const Boot& boot) override;
  void run_ended(const RunRecord& record, const Judgement& judgement) override;

 private:
  template <class... Values>
  void write(const char* sql, const Values&... values);

  std::unique_ptr<FileLock> lock_;
  Options options_;
  std::unique_ptr<SQLite::Database> db_;
};

/// Reads a run without locking it; it may still be running. Throws Error(usage) when it is not one.
RunRecord read_run(const std::filesystem::path& folder);

/// What a run has of one cell.
struct CellRecord {
  std::vector<Attempt> attempts;  ///< in order
  std::vector<Boot> boots;        ///< those in which it was attempted
};

/// The same for one cell, without reading all the rest; empty when the run never attempted it.
CellRecord read_cell(const std::filesystem::path& folder, const CellId& cell);
/// Copies a run's journal into a file that must not be there yet: one consistent database, without a WAL, as
/// it was at one moment. Throws as read_run, and Error(environment) when it cannot be written.
void copy_journal(const std::filesystem::path& folder, const std::filesystem::path& to);

/// How and when a run ended, without reading all the rest; of an unfinished run no time.
std::pair<RunEnd, std::optional<TimePoint>> read_end(const std::filesystem::path& folder);

/// Whether a live controller holds the run in this folder.
bool is_held(const std::filesystem::path& folder);

}  // namespace smx::journal
