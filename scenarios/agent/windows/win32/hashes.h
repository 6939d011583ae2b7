#pragma once

#include <string>

#include "scenarios/agent/core/bytes.h"

namespace smx::agent {

/// SHA-256 by Windows' own provider. Throws StepFailure (blocked, `system-trouble`).
Bytes sha256(const Bytes& bytes);

/// SHA-1, which Windows names certificates by.
Bytes sha1(const Bytes& bytes);

/// SHA-256 of a file's whole content, at most 64 MiB; empty when it cannot be read, or is longer.
Bytes sha256_of_file(const std::string& path);

}  // namespace smx::agent
