#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/compare/compare.h"

// JSON forms for `--json` and reports; the forms of model_json.h.

namespace smx::compare {

nlohmann::json to_json(const Input& v);
nlohmann::json to_json(const CellResult& v);
nlohmann::json to_json(const RunSummary& v);
nlohmann::json to_json(const Difference& v);
nlohmann::json to_json(const Comparison& v);

}  // namespace smx::compare
