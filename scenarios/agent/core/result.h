#pragma once

#include <string>

#include "scenarios/agent/core/details.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/core/request.h"

namespace smx::agent {

/// The JSON object for stdout (docs/agent-protocol.md), with a newline. Bytes that are no UTF-8 are replaced.
std::string result_json(const std::string& scenario, const Request& request, const Reporter& reporter,
                        const Details& details);

}  // namespace smx::agent
