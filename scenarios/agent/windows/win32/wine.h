#pragma once

#include <string>

namespace smx::agent {

/// Wine's version ("10.0"), or "" on a real Windows.
std::string wine_version();

}  // namespace smx::agent
