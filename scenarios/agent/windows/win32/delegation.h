#pragma once

#include <string>
#include <string_view>

#include "scenarios/agent/core/details.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/core/request.h"

// A scenario that another process of the agent runs, in another user's session: the request goes to it as
// the controller gave it, and its result is taken over.

namespace smx::agent {

/// The request as JSON again, secrets included: for a pipe only. `phase` and `limit` in place of its own.
std::string request_json(const Request& request, const std::string& phase, std::chrono::milliseconds limit);

/// Reports every check of a result into `checks` and lays its details into `details`. Throws StepFailure
/// (blocked, `system-trouble`) for a text that is not a result of this scenario and nonce; checks that were
/// not announced are std::logic_error, as everywhere.
void take_over(std::string_view result, std::string_view scenario, const std::string& nonce, Reporter& checks,
               Details& details);

}  // namespace smx::agent
