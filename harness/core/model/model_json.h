#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/core/model/judgement.h"
#include "harness/core/model/matrix.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "harness/core/model/scenario.h"
#include "harness/core/model/support_table.h"
#include "harness/core/time_types.h"

// JSON forms of the model, used by the journal, the JSON report and `--json`. Keys are snake_case, enum
// values are their names, times are ISO 8601 UTC with milliseconds, durations are integer `_ms`.
// `from_json` throws smx::Error(internal) on anything that `to_json` did not write.

namespace smx {

nlohmann::json to_json(const Scenario& v);
nlohmann::json to_json(const SupportTable& v);
nlohmann::json to_json(const Matrix& v);
nlohmann::json to_json(const Plan& v);
nlohmann::json to_json(const TableMark& v);
nlohmann::json to_json(const ScenarioStep& v);
nlohmann::json to_json(const Waiver& v);
nlohmann::json to_json(const CellId& v);
nlohmann::json to_json(const Cell& v);
nlohmann::json to_json(const BootGroup& v);
nlohmann::json to_json(const Fact& v);
nlohmann::json to_json(const Evidence& v);
nlohmann::json to_json(const Check& v);
nlohmann::json to_json(const Observation& v);
nlohmann::json to_json(const Attempt& v);
nlohmann::json to_json(const Proof& v);
nlohmann::json to_json(const Boot& v);
nlohmann::json to_json(const RunInfo& v);
nlohmann::json to_json(const CellVerdict& v);

Plan plan_from_json(const nlohmann::json& j);
Observation observation_from_json(const nlohmann::json& j);
Boot boot_from_json(const nlohmann::json& j);
RunInfo run_info_from_json(const nlohmann::json& j);

/// "2026-11-24T09:30:12.345Z"
std::string iso8601(TimePoint t);
TimePoint parse_iso8601(const std::string& text);

}  // namespace smx
