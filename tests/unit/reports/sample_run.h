#pragma once

#include <map>
#include <string>

#include "harness/compare/compare.h"
#include "harness/core/model/judgement.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/run_record.h"
#include "reports/common/report_input.h"

namespace smx::testing {

/// Evidence in memory; remembers what was asked for.
class MemoryEvidence : public EvidenceReader {
 public:
  /// Stores `bytes` under their SHA-256.
  Evidence add(const std::string& name, const std::string& bytes,
               const std::string& media_type = "text/plain");
  std::optional<std::string> read(const Evidence& evidence, std::size_t limit) override;

  std::map<std::string, std::string> bytes;
  std::vector<std::string> asked;
};

/// A finished run made by hand, with everything a report must be able to show: every verdict, a flaky cell, a
/// waiver, uncovered rows, a boot whose facts disagree, a crashed guest, and hostile text in every place
/// that a guest can write to. All times and ids are fixed.
struct SampleRun {
  SampleRun();
  ReportInput input() { return {record, judgement, evidence, comparison ? &*comparison : nullptr}; }
  std::size_t index(const std::string& cell_id) const;

  RunRecord record;
  Judgement judgement;
  MemoryEvidence evidence;
  std::optional<compare::Comparison> comparison;  ///< with a baseline; none at first (compare_with_baseline)
};

/// Gives the sample run a comparison: a regression with a driver that differs, a loss, and a cell that is
/// new.
void compare_with_baseline(SampleRun& run);

/// A run of `targets` × 3 modes × 16 scenarios in which everything conforms.
struct RoutineRun {
  explicit RoutineRun(int targets);
  ReportInput input() { return {record, judgement, evidence}; }

  RunRecord record;
  Judgement judgement;
  MemoryEvidence evidence;
};

/// Gives the run a check of one's own, "double-insertion": it passed in each mode, and no table marks it.
void add_own_check(RoutineRun& run);

inline constexpr std::string_view kHostile =
    "<script>alert(1)</script> ]]> \"q\" 'a' & \x1b[31mred\x1b[0m {{X}} \x01\xff\xef\xbf\xbf end";

}  // namespace smx::testing
