#pragma once

#include "harness/cli/session.h"

namespace smx::cli {

/// The whole command line: names, options and help of every command. Parsing it runs the command that was
/// named. The manual pages are made from it too.
void build_application(CLI::App& app, Session& session);

/// What an exit code says, a code and its meaning each line; the help and the manual page show it.
extern const char* const kExitCodes;
/// Where the program keeps what, one sentence.
extern const char* const kFiles;

}  // namespace smx::cli
