#include "harness/app/run_comparison.h"

#include <iostream>

#include "harness/compare/divergence.h"
#include "harness/core/error.h"
#include "harness/journal/journal.h"
#include "reports/common/evidence_folder.h"

namespace smx::app {
namespace {

namespace fs = std::filesystem;

/// More than a person reads; each costs two reads of journals.
constexpr std::size_t kMostDivergences = 20;

bool is_there(const fs::path& folder) {
  std::error_code error;
  return !folder.empty() && fs::exists(folder / "journal.db", error);
}

void find_divergences(const fs::path& baseline, const fs::path& now, compare::Comparison& comparison) {
  if (!is_there(baseline) || !is_there(now)) return;
  EvidenceFolder baseline_evidence(baseline / "evidence"), now_evidence(now / "evidence");
  std::size_t left = kMostDivergences;
  for (auto& change : comparison.cells) {
    if (change.change == compare::Change::gone || change.change == compare::Change::new_result) continue;
    if (left-- == 0) return;
    const auto was = journal::read_cell(baseline, change.cell), is = journal::read_cell(now, change.cell);
    change.divergences = compare::first_divergences({was.attempts, was.boots, baseline_evidence},
                                                    {is.attempts, is.boots, now_evidence});
  }
}

}  // namespace

std::optional<std::string> find_baseline(const history::History& history, const std::string& name,
                                         const std::string& run) {
  if (name == "latest-good") return history.latest_good(run);
  auto baseline = history.find(name);
  if (baseline == run) throw Error(ErrorKind::usage, "run " + run + " cannot be compared with itself");
  return baseline;
}

compare::Comparison compare_runs(const history::History& history, const std::string& baseline,
                                 const std::string& run) {
  const auto was = history.summary(baseline), is = history.summary(run);
  auto comparison = compare::compare(was, is);
  history.find_turning_points(was, is, comparison);
  find_divergences(history.line(baseline).folder, history.line(run).folder, comparison);
  return comparison;
}

std::optional<compare::Comparison> compare_with(const history::History& history, const std::string& baseline,
                                                const std::string& run) {
  if (const auto with = find_baseline(history, baseline, run)) return compare_runs(history, *with, run);
  std::cerr << "there is nothing to compare with yet: no earlier run of this matrix ended with exit code 0\n";
  return std::nullopt;
}

int worse_exit_code(int a, int b) {
  for (const int code : {130, 143, 70, 2, 3, 1, 5, 4})
    if (a == code || b == code) return code;
  return 0;
}

}  // namespace smx::app
