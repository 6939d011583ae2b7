#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"

namespace smx {

/// A host program to be run to its end. No shell is involved.
struct Command {
  std::vector<std::string> argv;           ///< argv[0] is looked up in PATH
  std::string input;                       ///< given on stdin, then closed
  std::map<std::string, std::string> env;  ///< added to this process's environment
  std::filesystem::path cwd;               ///< empty: this process's
  Milliseconds time_limit{60000};
  /// bytes of stdout, and of stderr, kept; the rest is read and dropped
  std::size_t output_limit = 16u << 20;
};

struct CommandResult {
  int exit_code = -1;  ///< 128 + signal when killed by one
  bool timed_out = false;
  std::string out, err;
  bool ok() const { return exit_code == 0 && !timed_out; }
};

/// Runs to the end, or kills the program's process group at the limit or on cancellation (then throws
/// Cancelled). Throws Error(environment) when the program is not there, naming it.
CommandResult run_command(const Command& command, const CancelToken& cancel);
CommandResult run_command(const Command& command);

/// The program's path in PATH and the system's sbin folders, or nothing.
std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace smx
