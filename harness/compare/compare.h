#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/summary.h"
#include "harness/core/model/plan.h"

// A run against an earlier one. Outcomes are compared, not verdicts. Pure.
//
//   baseline \ now     passed     failed, timed-out   crashed     not applicable   nothing was learned
//   passed             same       regressed [1]       regressed   lost             lost
//   failed, timed-out  fixed      same [2]            regressed   lost             lost
//   crashed            fixed      changed             same        lost             lost
//   not applicable     changed    changed             changed     same             lost
//   nothing            new        new                 new         new              same
//
// "Nothing was learned": blocked, invalid, not run, not covered. [1] changed, where the table says "not
// supported" [2] changed, when outcome or cause is another. A cell that only the baseline has is gone.

namespace smx::compare {

/// The worst first.
enum class Change { regressed, lost, changed, gone, fixed, new_result, same };
std::string_view name(Change change);

/// Where the evidence of two attempts begins to differ.
struct Divergence {
  std::string where;    ///< "boot fact", "check", "apdu-trace.txt, line 12"
  std::string was, is;  ///< one line each, safe to show; empty: nothing is there
  bool operator==(const Divergence&) const = default;
};

/// An input that two runs do not have in common.
struct Difference {
  InputKind kind = InputKind::host;
  std::string scope, name;
  std::string was, is;  ///< empty: it was not there
  bool operator==(const Difference&) const = default;
};

struct CellChange {
  CellId cell;
  Change change = Change::same;
  std::string was, is;                ///< outcome_words; empty: the run has no such cell
  std::string message;                ///< what the new run said of it, one line
  std::vector<std::size_t> suspects;  ///< of Comparison::differences, the most suspicious first
  /// Of what regressed or was lost, out of history: the last run in which the cell was as in the baseline and
  /// the first in which it was not. Empty: not looked for, or history does not have it.
  std::string last_good, first_bad;
  std::vector<Divergence> divergences;  ///< where the evidence begins to differ (divergence.h)
  bool waived = false;  ///< a waiver permits what the new run showed: told, but it counts nowhere
  bool operator==(const CellChange&) const = default;
};

/// Whether it counts in exit codes and CI's reports: regressed or lost, and no waiver permits it.
bool counts(const CellChange& change);

struct Comparison {
  std::string baseline, run;            ///< their ids
  std::vector<CellChange> cells;        ///< all but `same`, the worst first, then in report order
  std::map<Change, int> counts;         ///< `same` included
  std::vector<Difference> differences;  ///< between the runs, the most suspicious first
  int exit_code = 0;     ///< without what is waived: 1 something regressed, 4 something was lost, 0 neither
  std::string headline;  ///< one line
};

Comparison compare(const RunSummary& baseline, const RunSummary& now);

/// The class of one cell; null: the run has no such cell. At least one of them is there.
Change classify(const CellResult* was, const CellResult* is);

}  // namespace smx::compare
