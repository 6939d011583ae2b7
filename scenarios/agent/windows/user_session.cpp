#include "scenarios/agent/windows/user_session.h"

#include "scenarios/agent/core/delegation.h"
#include "scenarios/agent/windows/child.h"
#include "scenarios/agent/windows/system_error.h"
#include "scenarios/agent/windows/text.h"
#include "scenarios/agent/windows/tokens.h"
#include "scenarios/agent/windows/wine.h"
// after windows.h
#include <tlhelp32.h>
#include <wtsapi32.h>

namespace smx::agent {
namespace {

constexpr DWORD kNoSession = 0xffffffff;

[[noreturn]] void nobody(const std::string& why) {
  throw StepFailure(CheckOutcome::blocked, "no-user-session", "nobody is logged on at the console: " + why,
                    true);
}

/// The process id of the shell in a session; 0 when there is none.
DWORD shell_of(DWORD session) {
  const Handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL any = Process32FirstW(snapshot.get(), &entry); any != FALSE;
       any = Process32NextW(snapshot.get(), &entry)) {
    DWORD its_session = kNoSession;
    if (lower(narrow(entry.szExeFile)) == "explorer.exe" &&
        ProcessIdToSessionId(entry.th32ProcessID, &its_session) != 0 && its_session == session)
      return entry.th32ProcessID;
  }
  return 0;
}

Handle shell_token(DWORD session) {
  const auto id = shell_of(session);
  const Handle process(id == 0 ? nullptr : OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, id));
  Handle shell, primary;
  if (!process || OpenProcessToken(process.get(), TOKEN_DUPLICATE | TOKEN_QUERY, shell.out()) == 0) return {};
  if (DuplicateTokenEx(shell.get(), MAXIMUM_ALLOWED, nullptr, SecurityImpersonation, TokenPrimary,
                       primary.out()) == 0)
    return {};
  return primary;
}

std::string own_path() {
  std::wstring path(32768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return narrow(path);
}

}  // namespace

Handle elevated(const Handle& token) {
  return elevation_type(token.get()) == TokenElevationTypeLimited ? linked_token(token.get()) : Handle();
}

UserSession console_session() {
  if (!wine_version().empty()) return {Handle(), "this process"};
  const auto session = WTSGetActiveConsoleSessionId();
  if (session == kNoSession) nobody("there is no console session");
  HANDLE token = nullptr;
  if (WTSQueryUserToken(session, &token) != 0) return {Handle(token), "session"};
  // It wants the Remote Desktop service, which a safe mode does not start; the shell's own token does
  // without.
  const auto error = GetLastError();
  auto shell = shell_token(session);
  if (!shell) nobody("WTSQueryUserToken: " + error_text(error) + ", and no explorer.exe runs there");
  return {std::move(shell), "explorer"};
}

void run_as(const RunAs& who, ScenarioContext& context, const std::string& name, const std::string& phase) {
  Child child;
  child.argv = {own_path(), kInSession, name};
  auto request = context.request;
  for (const auto& [key, pin] : who.more_credentials) request.credentials.insert_or_assign(key, pin);
  child.input = request_json(request, phase, context.deadline.remaining());
  // It ends by itself at the deadline; a moment more lets it say why.
  child.limit = context.deadline.remaining() + Deadline::Duration{2000};
  child.output_limit = 1u << 20;
  child.token = who.token;
  child.on_console = who.on_console;
  auto end = run_child(child);
  SecureZeroMemory(child.input.data(), child.input.size());
  if (!end.err.empty()) context.details.set({"session", "talk"}, end.err.substr(0, 4000));
  if (end.timed_out)
    throw StepFailure(CheckOutcome::failed, "no-answer",
                      "the agent in the user's session did not end in time");
  if (end.exit_code != 0)
    throw StepFailure(CheckOutcome::blocked, "system-trouble",
                      "the agent in the user's session ended with " + std::to_string(end.exit_code));
  take_over(end.out, name, context.request.nonce, context.checks, context.details);
}

void run_in_session(ScenarioContext& context, const std::string& name, const std::string& phase) {
  const auto session = console_session();
  context.details.set({"session", "token"}, session.how);
  if (session.token) context.details.set({"session", "user"}, owner_of(session.token.get()).user);
  run_as({session.token.get(), true}, context, name, phase);
}

}  // namespace smx::agent
