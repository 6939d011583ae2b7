#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/core/model/observation.h"
#include "scenarios/verify/verify_context.h"

// What the card itself proves, by its own counters and by its certificate.

namespace smx::verify {

/// "card-restored": PIN, PUK and counters are as issued. "card-saw-change-and-block": the card counted what
/// the agent says that it did to it.
std::vector<Check> card_restored(const nlohmann::json& details, const VerifyContext& context);

/// "card-signed": the card made a signature during the scenario.
std::vector<Check> card_signed(const nlohmann::json& details, const VerifyContext& context);

/// "card-signed-by-both": the card made at least six signatures during the scenario, one for each of the two
/// programs in each of three phases.
std::vector<Check> card_signed_by_both(const nlohmann::json& details, const VerifyContext& context);

/// "signature-verified": the agent's signature is the card's over this attempt's challenge.
std::vector<Check> signature_verified(const nlohmann::json& details, const VerifyContext& context);

/// "certificate-is-the-cards": the certificate that the agent found in the user's store is the card's.
std::vector<Check> propagated_certificate(const nlohmann::json& details, const VerifyContext& context);

}  // namespace smx::verify
