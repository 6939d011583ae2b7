#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/agent/core/deadline.h"

namespace smx::agent {

/// Bytes that only a child may read, under a path: an anonymous file in memory, gone with its last
/// descriptor. No file is left behind even when the agent is killed.
class MemoryFile {
 public:
  /// Throws StepFailure (blocked, cause `system-trouble`).
  explicit MemoryFile(std::string_view bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  /// "/proc/self/fd/N": good in this process and in children that it starts.
  std::string path() const;

 private:
  int descriptor_ = -1;
};

struct Child {
  std::vector<std::string> argv;           ///< argv[0] is an absolute path; never a secret
  std::map<std::string, std::string> env;  ///< added to a fixed environment (PATH, LC_ALL=C)
  std::string input;                       ///< given on stdin; then it is closed
  Deadline::Duration limit{10000};
  /// bytes kept of stdout, and of stderr; the rest is read and dropped
  std::size_t output_limit = 256u << 10;
};

struct ChildEnd {
  int exit_code = -1;  ///< 128 + signal when killed by one
  bool timed_out = false;
  std::string out, err;
  bool ok() const { return exit_code == 0 && !timed_out; }
};

/// Runs a program to its end; at the limit its whole process group is killed. It ends when both outputs are
/// closed; what it leaves running in the background then goes on. Blocks; leaves no zombie and no
/// open pipe. Throws StepFailure (blocked, cause `tool-missing`) when it cannot be started.
ChildEnd run_child(const Child& child);

}  // namespace smx::agent
