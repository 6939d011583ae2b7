#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/model/plan.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"

// Everything that one execution of a matrix observed, and where and with what it was made.

namespace smx {

enum class RunEnd { completed, interrupted, unfinished };
std::string_view name(RunEnd v);
/// Its inverse; nothing for any other text.
std::optional<RunEnd> parse_run_end(std::string_view text);

/// What was expected of a target's row before it ran, from the registry of its image.
struct TargetPrediction {
  std::string target;
  Prediction prediction;
  bool operator==(const TargetPrediction&) const = default;
};

/// A cell that a run left out, because nothing that it depends on had changed since an earlier run.
struct UnchangedCell {
  CellId cell;
  std::string run;  ///< the earlier run's id
  /// what the cell showed there: passed, failed or timed-out as documented, or not applicable
  Outcome outcome = Outcome::passed;
  std::string cause;      ///< of that outcome; empty when passed
  std::string input_key;  ///< of what it depends on (harness/compare/inputs.h), then and now
  bool operator==(const UnchangedCell&) const = default;
};

/// Where and with what a run was made; strings for reports, keyed by stable words.
struct RunInfo {
  std::string id;  ///< "20261124-093012-5f3c"
  TimePoint started{};
  std::string harness_version;
  /// "libvirt", "qemu", "acceleration", "image.<target>", ...
  std::map<std::string, std::string> environment;
  std::vector<TargetPrediction> predictions = {};  ///< of Windows targets only
  std::vector<UnchangedCell> unchanged = {};       ///< left out of the plan
  bool operator==(const RunInfo&) const = default;

  /// Null when nothing was predicted for the cell.
  const Prediction* prediction(const CellId& cell) const;
};

/// Everything that one execution of a matrix observed. Verdicts are computed from it, never stored in it.
struct RunRecord {
  RunInfo info;
  Plan plan;
  std::vector<Boot> boots;        ///< in the order they ended
  std::vector<Attempt> attempts;  ///< in the order they ended
  RunEnd end = RunEnd::unfinished;
  TimePoint ended{};
};

}  // namespace smx
