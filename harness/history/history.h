#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/compare/compare.h"
#include "harness/core/model/plan.h"
#include "harness/core/time_types.h"

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace smx::history {
class Dictionary;
struct PackedResult;
}  // namespace smx::history

// All runs that this user's machine knows, in one SQLite file: enough to list, filter and compare a thousand
// runs of a thousand cells in a blink. It is an index: everything in it comes from the runs' folders, or from
// summaries of runs that are gone, and importing them again makes it anew. Verdicts and exit codes in it are
// as judged when a run was imported.
//
//   run(seq, id, matrix, started, ended, end, version, headline, exit_code, folder, counts of its cells)
//   content(run, results, inputs)             packed: a thousand cells are one read (pack.h)
//   cell(id, target, mode, reader, scenario)  each once
//   text(id, value), input(id, kind, scope, name, value)  likewise; what `content` refers to
//   tag(tag, run)                             baselines
//
// Not thread-safe; several processes may have it open.

namespace smx::history {

/// Which runs and cells are meant; what is empty means any.
struct Filter {
  std::string matrix;                          ///< its name
  std::string target, mode, reader, scenario;  ///< patterns, `*` matches any characters
  std::string driver;                          ///< a driver's name, version or hash, in part
  std::optional<TimePoint> since, until;       ///< of a run's start: from, and before
  std::size_t limit = 0;                       ///< the newest so many runs; 0: all

  /// Whether it says anything of cells.
  bool of_cells() const;
  bool means(const CellId& cell) const;
};

/// A run as a list shows it.
struct RunLine {
  std::string id, matrix;
  TimePoint started{}, ended{};
  RunEnd end = RunEnd::unfinished;
  std::string headline;
  int exit_code = 0;
  int cells = 0, passed = 0, failed = 0, flaky = 0;  ///< of those that the filter means
  std::vector<std::string> tags;
  bool is_signed = false;
  std::filesystem::path folder;  ///< empty: its evidence was pruned
};

/// What one run showed of one cell.
struct CellLine {
  std::string run;
  TimePoint started{};
  compare::CellResult result;
};

struct FlakyLine {
  CellId cell;
  int runs = 0;   ///< in which it was run
  int flaky = 0;  ///< in which it passed after a failed attempt
  /// How often it went from passed to failed or back, from one run to the next, although nothing that was
  /// known beforehand had changed.
  int flips = 0;
  std::string last;  ///< the newest run in which it was flaky, or after a flip
};

class History {
 public:
  /// Opens or makes it. Throws Error(environment) when it cannot be, Error(usage) when the file is not one or
  /// of a version that this program does not read; both say how to make it anew.
  explicit History(const std::filesystem::path& file);
  ~History();

  /// Takes a run in, or replaces what is known of it. `folder`: where its journal and evidence are. Durable.
  void add(const compare::RunSummary& run, const std::filesystem::path& folder);
  std::set<std::string> ids() const;
  /// It has no folder any more; what it showed stays known.
  void forget_folder(const std::string& run);
  /// It was never there. For runs that are neither a baseline nor signed.
  void remove(const std::string& run);

  /// The newest first.
  std::vector<RunLine> runs(const Filter& filter) const;
  /// "latest", a tag, an id, or the unambiguous beginning of one. Throws Error(usage).
  std::string find(const std::string& name) const;
  RunLine line(const std::string& run) const;
  compare::RunSummary summary(const std::string& run) const;

  /// One cell in all runs that the filter means, the newest first.
  std::vector<CellLine> of_cell(const CellId& cell, const Filter& filter) const;
  /// What the newest run that ran it showed of each cell of a matrix.
  std::vector<CellLine> newest_results(const std::string& matrix) const;
  /// Cells that were flaky, the most often first.
  std::vector<FlakyLine> flaky(const Filter& filter) const;

  /// Runs with the evidence of cells that each matrix's newest run, or its newest good one, left out as
  /// unchanged.
  std::set<std::string> carried_from() const;
  /// Fills in `last_good` and `first_bad` of what regressed or was lost, from the runs of the same matrix
  /// between the two that are compared. Runs that say nothing of a cell are passed over.
  void find_turning_points(const compare::RunSummary& baseline, const compare::RunSummary& now,
                           compare::Comparison& comparison) const;

  /// The newest run of the same matrix that began before this one, was completed and ended with exit code 0.
  /// Null when there is none.
  std::optional<std::string> latest_good(const std::string& before) const;

  /// What people made of a run (journal::RunMarks): a tag is the name of a baseline, and no other run's.
  /// Throws Error(usage) for what is not a tag, and a run that is not known.
  void set_marks(const std::string& run, const std::vector<std::string>& tags, bool is_signed);

 private:
  struct Row {
    std::int64_t seq = 0;
    RunLine line;  ///< without its tags
  };
  /// What `run` gives; SQLite's complaints come out in words.
  template <class Do>
  auto guarded(const Do& run) const {
    try {
      return run();
    } catch (...) {
      rethrow_in_words();
    }
  }
  /// Within a handler: what was thrown, by SQLite as an Error.
  [[noreturn]] void rethrow_in_words() const;
  std::vector<Row> rows(const Filter& filter) const;
  Row row(const std::string& run) const;
  compare::CellResult result(const PackedResult& packed) const;

  std::filesystem::path file_;
  std::unique_ptr<SQLite::Database> db_;
  mutable std::unique_ptr<Dictionary> dictionary_;
};

/// A tag: letters, digits, `-`, `_` and `.`, at most 64 characters; not "latest", "latest-good", and not like
/// a run's id.
bool is_tag(const std::string& text);
/// Throws Error(usage) with the rule when it is not one.
void check_tag(const std::string& text);

}  // namespace smx::history
