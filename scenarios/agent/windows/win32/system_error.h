#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {

/// "error 1084 (ERROR_NOT_SAFEBOOT_SERVICE)", "status c000006d (STATUS_LOGON_FAILURE)": the number, and its
/// name in Microsoft's headers where it is one that matters here. Never Windows' own text, which is
/// localized.
std::string error_text(std::uint32_t code);

/// The name alone, "" for codes that have none here.
const char* error_name(std::uint32_t code);

/// blocked, cause `system-trouble`: what Windows refused that the scenario needs and is not about.
[[noreturn]] void throw_trouble(const std::string& what, std::uint32_t code);

}  // namespace smx::agent
