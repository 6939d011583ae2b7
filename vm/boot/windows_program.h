#pragma once

#include <string>
#include <vector>

#include "harness/core/time_types.h"
#include "vm/guest/guest_channel.h"

namespace smx::vm {

/// A program of Windows' own, and what its exit codes mean.
struct WindowsProgram {
  std::string name;                    ///< in System32: "reg.exe"
  std::vector<std::string> arguments;  ///< no secrets: they are seen by every process of the guest
  std::vector<int> good = {0};         ///< exit codes of success
  Milliseconds time_limit{60000};
};

/// Runs it to its end and gives its exit code; what it printed (at most 64 KiB, in the system's language and
/// code page) into `said`, which may be null. Blocks. Throws Error(guest) with the program's own words when
/// it ends with another code, or not in time; otherwise as GuestChannel::execute.
int run_windows_program(GuestChannel& channel, const WindowsProgram& program, std::string* said = nullptr);

}  // namespace smx::vm
