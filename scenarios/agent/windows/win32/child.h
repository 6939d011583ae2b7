#pragma once

#include <string>
#include <vector>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/windows/win32/handle.h"

namespace smx::agent {

struct Child {
  std::vector<std::string> argv;  ///< argv[0] is the program's whole path; never a secret
  std::string input;              ///< given on stdin; then it is closed
  Deadline::Duration limit{10000};
  /// bytes kept of stdout, and of stderr; the rest is read and dropped
  std::size_t output_limit = 256u << 10;
  HANDLE token = nullptr;   ///< whose process it is; null: as this one
  bool on_console = false;  ///< on the desktop that the console shows; else, with a token, on one of its own
};

struct ChildEnd {
  DWORD exit_code = 0;
  bool timed_out = false;
  std::string out, err;
  bool ok() const { return exit_code == 0 && !timed_out; }
};

/// Runs a program to its end, without a window; at the limit it is ended, with all that it started. What it
/// leaves running afterwards goes on, and its output is not waited for. Blocks; leaves no handle open. Throws
/// StepFailure (blocked: `tool-missing` when the program cannot be started, `system-trouble`).
ChildEnd run_child(const Child& child);

/// Starts a program that goes on by itself, without a window, and gives its process. Its three streams are
/// handles of the caller's, which it has its own copies of; `input` and the limits mean nothing. Throws as
/// run_child does.
struct Streams {
  HANDLE in = nullptr, out = nullptr, err = nullptr;
};
Handle start_alone(const Child& child, const Streams& streams);

}  // namespace smx::agent
