#pragma once

#include <string>

#include "harness/core/secret.h"

namespace smx::cli {

/// A secret that the user names: "env:VARIABLE" or "file:PATH" (its first line). Empty: asked for on the
/// terminal, without echo, as "`what`: ". Throws Error(usage) for anything else, and when there is no
/// terminal to ask on.
Secret read_secret(const std::string& reference, const std::string& what);

}  // namespace smx::cli
