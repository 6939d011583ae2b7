#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/inputs.h"
#include "harness/core/model/judgement.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"

namespace smx::compare {

/// What a run showed of one cell, without the evidence.
struct CellResult {
  CellId id;
  bool covered = true;             ///< false: no implementation, never run
  std::optional<Outcome> outcome;  ///< of the deciding attempt; none: not covered or not run
  std::string cause;               ///< its cause; empty when passed
  std::string message;             ///< its one line; empty when passed
  bool flaky = false;
  Verdict verdict = Verdict::inconclusive;  ///< as judged when the summary was made
  Mark mark = Mark::unknown;                ///< what counted of the table then; of a control: supported
  std::string input_key;                    ///< inputs.h
  std::string from_run;  ///< the run left it out as unchanged: where it was run; else empty
  bool operator==(const CellResult&) const = default;
};

/// One run, as history keeps it: enough to list, filter and compare, and where to find the rest.
struct RunSummary {
  std::string id, matrix;
  TimePoint started{}, ended{};  ///< `ended`: of an unfinished run its start
  RunEnd end = RunEnd::unfinished;
  std::string harness_version;
  std::string headline;           ///< as judged when the summary was made
  int exit_code = 0;              ///< likewise
  std::vector<CellResult> cells;  ///< in report order, then those that the run left out as unchanged
  std::vector<Input> inputs;      ///< sorted
  bool operator==(const RunSummary&) const = default;
};

RunSummary summarize(const RunRecord& record, const Judgement& judgement, EvidenceReader& evidence);

/// "passed", "failed (not-in-safeboot)", "not run", "not covered".
std::string outcome_words(const CellResult& cell);

}  // namespace smx::compare
