#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/core/model/judgement.h"
#include "reports/common/report_input.h"

namespace smx {

/// Everything of a run for machines: one JSON document, `"format": 1`, described by
/// scenarios/schema/report.schema.json. Within a format keys are only ever added. Evidence is referred to
/// by name and SHA-256, never copied in. Written by json_text (json_text.h).
std::string json_report(const ReportInput& input);

/// What the verdicts come to, as this report and a sign-off say it: headline, exit code, counts.
nlohmann::json summary_json(const Judgement& judgement);

}  // namespace smx
