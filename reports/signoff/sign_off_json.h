#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "reports/signoff/statement.h"

namespace smx {

nlohmann::json to_json(const Subject& subject);

/// The statement for machines: one JSON document, `"format": 1`, described by
/// scenarios/schema/sign-off.schema.json. Within a format keys are only ever added. UTF-8, a newline at the
/// end.
std::string sign_off_json(const Statement& statement);

}  // namespace smx
