#pragma once

#include <string>

#include "harness/core/cancel.h"
#include "harness/core/model/matrix.h"
#include "harness/core/secret.h"

namespace smx::app {

/// A secret that the user names: "env:VARIABLE" or "file:PATH" (its first line). Empty: asked for on the
/// terminal, without echo, as "`what`: ", until `cancel` (throws Cancelled). Throws Error(usage) for anything
/// else, and when there is no terminal to ask on.
Secret read_secret(const std::string& reference, const std::string& what, const CancelToken& cancel);

/// A secret that a matrix names. Throws Error(usage) when it is not there, or empty; the error names the
/// place, never the secret.
Secret read_secret(const SecretReference& reference, const std::string& what);

}  // namespace smx::app
