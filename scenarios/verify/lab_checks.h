#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/core/model/observation.h"
#include "scenarios/verify/verify_context.h"

// What the lab's side of an attempt proves: the KDC, the web server and the authority.

namespace smx::verify {

/// "kdc-saw-card-certificate": the KDC saw the key of the card's certificate used, for its holder.
std::vector<Check> kdc_saw_card(const nlohmann::json& details, const VerifyContext& context);

/// "service-saw-card-holder": the web server gave the agent its token, by a ticket that the card obtained.
std::vector<Check> service_saw_holder(const nlohmann::json& details, const VerifyContext& context);

/// "card-made-key", "authority-issued-it", "service-saw-new-certificate".
std::vector<Check> enrolled(const nlohmann::json& details, const VerifyContext& context);

}  // namespace smx::verify
