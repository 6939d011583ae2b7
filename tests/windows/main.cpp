#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "scenarios/agent/core/agent.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "tests/windows/helper_child.h"

// The test program is its own helper: as a child it echoes, hangs or fails on demand, and behind the agent's
// verb for a user's session it is the agent.

namespace {

std::string read_stdin() {
  std::string text;
  char chunk[4096];
  while (const auto got = std::fread(chunk, 1, sizeof chunk, stdin)) text.append(chunk, got);
  return text;
}

int run_session_verb(const char* name) {
  smx::agent::WindowsPlatform platform;
  const auto end =
      smx::agent::run_agent({"run", name}, read_stdin, smx::agent::session_scenarios(), platform);
  std::fwrite(end.out.data(), 1, end.out.size(), stdout);
  std::fwrite(end.err.data(), 1, end.err.size(), stderr);
  return end.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 3 && std::string(argv[1]) == smx::agent::kInSession) return run_session_verb(argv[2]);
  if (argc >= 2 && std::string(argv[1]) == smx::agent::kHelperChild)
    return smx::agent::help({argv + 2, argv + argc}, read_stdin);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
