#pragma once

#include <string>

namespace smx::agent {

/// The file version of a program or library, "10.0.19041.3636"; "" when it has none or is not there.
std::string file_version(const std::string& path);

}  // namespace smx::agent
