#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/core/model/observation.h"
#include "scenarios/verify/verify_context.h"

namespace smx::verify {

/// "server-saw-card-certificate": the TLS server saw the card's certificate by each version, and gave the
/// tokens that the agent reports.
std::vector<Check> server_saw_certificate(const nlohmann::json& details, const VerifyContext& context);

}  // namespace smx::verify
