#include "harness/core/model/run_record.h"

#include <algorithm>

namespace smx {

const Prediction* RunInfo::prediction(const CellId& cell) const {
  const auto it = std::find_if(predictions.begin(), predictions.end(), [&](const TargetPrediction& p) {
    return p.target == cell.target && p.prediction.scenario == cell.scenario &&
           p.prediction.mode == cell.mode;
  });
  return it == predictions.end() ? nullptr : &it->prediction;
}

std::string_view name(RunEnd v) {
  switch (v) {
    case RunEnd::completed: return "completed";
    case RunEnd::interrupted: return "interrupted";
    case RunEnd::unfinished: break;
  }
  return "unfinished";
}

std::optional<RunEnd> parse_run_end(std::string_view text) {
  for (const auto end : {RunEnd::completed, RunEnd::interrupted, RunEnd::unfinished})
    if (name(end) == text) return end;
  return std::nullopt;
}

}  // namespace smx
