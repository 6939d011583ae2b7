#include "scenarios/agent/core/agent.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/rows/elevation_prompt.h"
#include "scenarios/agent/windows/win32/system.h"

namespace {

std::string read_stdin() {
  const auto in = GetStdHandle(STD_INPUT_HANDLE);
  std::string text;
  char chunk[4096];
  DWORD got = 0;
  while (text.size() <= smx::agent::kRequestLimit && ReadFile(in, chunk, sizeof chunk, &got, nullptr) != 0 &&
         got > 0)
    text.append(chunk, got);
  return text;
}

// Past the C library, which would turn line ends.
bool write_all(DWORD to, const std::string& text) {
  const auto out = GetStdHandle(to);
  for (std::size_t at = 0; at < text.size();) {
    DWORD put = 0;
    const auto rest = static_cast<DWORD>(text.size() - at);
    if (WriteFile(out, text.data() + at, rest, &put, nullptr) == 0 || put == 0) return false;
    at += put;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  // No dialog: a missing DLL or disk is an error of the call that met it.
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  smx::agent::WindowsPlatform platform;
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments[0] == smx::agent::kStay)
    return smx::agent::stay({arguments.begin() + 1, arguments.end()});
  const bool in_session = !arguments.empty() && arguments[0] == smx::agent::kInSession;
  if (in_session) arguments[0] = "run";
  const auto& table = in_session ? smx::agent::session_scenarios() : smx::agent::scenarios();
  const auto end = smx::agent::run_agent(arguments, read_stdin, table, platform);
  write_all(STD_ERROR_HANDLE, end.err);
  return write_all(STD_OUTPUT_HANDLE, end.out) ? end.exit_code : smx::agent::kInternalFault;
}
