#pragma once

#include <string>

namespace smx::app {

/// An agent's program, by its file's name in libexec. Throws Error(environment) when it is not built or not
/// installed.
std::string agent_program(const std::string& file);

}  // namespace smx::app
