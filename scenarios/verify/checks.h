#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/core/model/observation.h"
#include "scenarios/verify/verify_context.h"

// How the controller words its own checks.

namespace smx::verify {

Check passed(const char* id, std::string message);
Check failed(const char* id, const char* cause, std::string message);
Check blocked(const char* id, const char* cause, std::string message);
Check not_applicable(const char* id, const char* cause, std::string message);
/// The card is in a reader into which the controller does not see.
Check not_observable(const char* id);
/// For a physical card whose certificate the matrix does not name.
Check no_certificate(const char* id);

/// Whether the agent reported the check as not applicable for this reason.
bool is_not_applicable(const VerifyContext& context, std::string_view check, std::string_view cause);

/// A text in the agent's details, "" when it is not there, no text, or longer than 64 KiB. Raw: only
/// compared, never shown.
std::string text_in(const nlohmann::json& details, std::initializer_list<const char*> path);

}  // namespace smx::verify
