#pragma once

#include <string>

#include "packaging/manual/command_doc.h"

namespace smx::manual {

/// A script for bash that completes commands, options and the values that are known, else names of files. It
/// needs nothing of the package bash-completion, and defines `_PROGRAM` with all but letters and digits as
/// `_`.
std::string bash_completion(const CommandDoc& program);

}  // namespace smx::manual
