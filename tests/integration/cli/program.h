#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "harness/core/files.h"
#include "harness/core/process.h"

namespace smx {

/// The program itself, with a state, cache and runtime folder of the test's own. Images are this user's, so
/// that a test does not build one.
class ProgramTest : public ::testing::Test {
 protected:
  Command command(std::vector<std::string> arguments) const {
    Command c;
    c.argv = {SMX_PROGRAM};
    c.argv.insert(c.argv.end(), arguments.begin(), arguments.end());
    c.env = {{"XDG_STATE_HOME", (dir.path() / "state").string()},
             {"SMX_RUNTIME_DIR", (dir.path() / "r").string()},
             {"NO_COLOR", "1"}};
    c.time_limit = std::chrono::seconds(120);
    return c;
  }
  CommandResult run(const std::vector<std::string>& arguments) const {
    return run_command(command(arguments));
  }

  bool run_was_begun() const {
    std::error_code error;
    const auto runs = dir.path() / "state/safemode-matrix/runs";
    return std::filesystem::exists(runs) && !std::filesystem::is_empty(runs, error);
  }

  std::string file(const std::string& name, const std::string& content) const {
    write_file_atomically(dir.path() / name, content);
    return (dir.path() / name).string();
  }

  /// Short: sockets go below it.
  TempDir dir{"/tmp", "p"};
};

}  // namespace smx
