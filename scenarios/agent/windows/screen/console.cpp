#include "scenarios/agent/windows/screen/console.h"

#include <algorithm>

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/screen/screen_rules.h"
#include "scenarios/agent/windows/screen/without_secrets.h"
#include "scenarios/agent/windows/win32/os_version.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/system_error.h"
// after windows.h
#include <wtsapi32.h>

namespace smx::agent {
namespace {

constexpr const char* kDesk = "console-desk";
constexpr const char* kInputDesktop = "input_desktop";

// WTSINFOEXW of the class WTSSessionInfoEx (wtsapi32.h), as far as it is read: mingw-w64 has neither.
constexpr auto kSessionInfoEx = static_cast<WTS_INFO_CLASS>(25);
struct SessionInfoEx {
  DWORD level;
  DWORD padding;  // what follows holds 64-bit numbers
  ULONG session;
  LONG state;
  LONG flags;
};

std::optional<bool> locked_by_wts(std::uint32_t session) {
  wchar_t* buffer = nullptr;
  DWORD size = 0;
  if (WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, kSessionInfoEx, &buffer, &size) == 0)
    return std::nullopt;
  std::optional<bool> locked;
  const auto* info = reinterpret_cast<const SessionInfoEx*>(buffer);
  if (size >= sizeof *info && info->level == 1) locked = says_locked(info->flags, os_version().version);
  WTSFreeMemory(buffer);
  return locked;
}

/// The secure desktop, which the lock screen stands on, is open to LocalSystem alone.
void look(ScenarioContext& context) {
  const auto desktop = OpenInputDesktop(0, FALSE, DESKTOP_READOBJECTS);
  const auto error = GetLastError();
  if (desktop != nullptr) CloseDesktop(desktop);
  context.details.set({kInputDesktop}, desktop != nullptr ? "open" : error_text(error));
}

void run_console(ScenarioContext& context) {
  const auto& phase = context.request.phase;
  if (phase == "look") return look(context);
  if (phase == "lock" && LockWorkStation() == 0) throw_trouble("LockWorkStation", GetLastError());
  if (phase == "sign-out" && ExitWindowsEx(EWX_LOGOFF | EWX_FORCE, SHTDN_REASON_FLAG_PLANNED) == 0)
    throw_trouble("ExitWindowsEx", GetLastError());
}

/// An error of a phase that announces no check would be lost but for the details.
std::string trouble_of(const Details& details) {
  const auto found = details.values().find("trouble");
  if (found == details.values().end()) return "";
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? "" : *text;
}

/// Its details are its own.
Details ask_in_session(ScenarioContext& context, const char* phase) {
  WithoutSecrets plain(context);
  Details details;
  ScenarioContext asking{plain.request(), context.checks, details, context.deadline, context.platform};
  run_in_session(asking, kDesk, phase);
  return details;
}

}  // namespace

bool Console::has(const std::string& sid) const {
  return std::find(people.begin(), people.end(), sid) != people.end();
}

Console look_at_console() {
  Console console;
  console.session = WTSGetActiveConsoleSessionId();
  if (console.session == Console::kNoSession) return console;
  for (const auto id : processes_in_session(console.session)) {
    const auto sid = sid_of_process(id);
    if (is_person(sid) && !console.has(sid)) console.people.push_back(sid);
  }
  const auto screens = processes_in_session(console.session, "logonui.exe");
  if (!screens.empty()) console.logon_screen = screens.front();
  console.locked = locked_by_wts(console.session);
  return console;
}

bool is_locked(ScenarioContext& context, const Console& console) {
  if (console.locked) return *console.locked;
  const auto details = ask_in_session(context, "look");
  const auto found = details.values().find(kInputDesktop);
  const auto* said = found == details.values().end() ? nullptr : std::get_if<std::string>(&found->second);
  return said != nullptr && *said == error_text(ERROR_ACCESS_DENIED);
}

void sign_out(ScenarioContext& context, std::uint32_t session) {
  if (WTSLogoffSession(WTS_CURRENT_SERVER_HANDLE, session, FALSE) != 0) {
    context.details.set({"sign_out"}, "WTSLogoffSession");
    return;
  }
  const auto error = error_text(GetLastError());
  std::string end;
  try {
    end = trouble_of(ask_in_session(context, "sign-out"));
  } catch (const StepFailure& failure) {
    // Signing out may end that process before it could answer: the session is looked at, not its words.
    end = failure.message;
  }
  context.details.set({"sign_out"}, "WTSLogoffSession: " + error + "; ExitWindowsEx in the session" +
                                        (end.empty() ? "" : ": " + end));
}

void lock_console(ScenarioContext& context) {
  const auto trouble = trouble_of(ask_in_session(context, "lock"));
  if (!trouble.empty()) throw StepFailure(CheckOutcome::blocked, "system-trouble", trouble);
}

/// What a process in the console's session is asked for by the functions of console.h.
AgentScenario console_desk() {
  return {kDesk, {{"look", {}}, {"lock", {}}, {"sign-out", {}}}, run_console};
}

}  // namespace smx::agent
