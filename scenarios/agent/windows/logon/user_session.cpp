#include "scenarios/agent/windows/logon/user_session.h"

#include "scenarios/agent/windows/win32/child.h"
#include "scenarios/agent/windows/win32/delegation.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"
#include "scenarios/agent/windows/win32/wine.h"
// after windows.h
#include <wtsapi32.h>

namespace smx::agent {
namespace {

constexpr DWORD kNoSession = 0xffffffff;

[[noreturn]] void no_user_session(const std::string& why) {
  throw StepFailure(CheckOutcome::blocked, "no-user-session", "no user is logged on at the console: " + why,
                    true);
}

Handle shell_token(DWORD session) {
  const auto shells = processes_in_session(session, "explorer.exe");
  const Handle process(shells.empty() ? nullptr
                                      : OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, shells.front()));
  Handle shell, primary;
  if (!process || OpenProcessToken(process.get(), TOKEN_DUPLICATE | TOKEN_QUERY, shell.out()) == 0) return {};
  if (DuplicateTokenEx(shell.get(), MAXIMUM_ALLOWED, nullptr, SecurityImpersonation, TokenPrimary,
                       primary.out()) == 0)
    return {};
  return primary;
}

}  // namespace

std::string own_program() {
  std::wstring path(32768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return narrow(path);
}

Handle elevated(const Handle& token) {
  return elevation_type(token.get()) == TokenElevationTypeLimited ? linked_token(token.get()) : Handle();
}

UserSession console_session() {
  if (!wine_version().empty()) return {Handle(), "this process"};
  const auto session = WTSGetActiveConsoleSessionId();
  if (session == kNoSession) no_user_session("there is no console session");
  HANDLE token = nullptr;
  if (WTSQueryUserToken(session, &token) != 0) return {Handle(token), "session"};
  // It wants the Remote Desktop service, which a safe mode does not start; the shell's own token does
  // without.
  const auto error = GetLastError();
  auto shell = shell_token(session);
  if (!shell) no_user_session("WTSQueryUserToken: " + error_text(error) + ", and no explorer.exe runs there");
  return {std::move(shell), "explorer"};
}

void run_as(const RunAs& who, ScenarioContext& context, const std::string& name, const std::string& phase) {
  Child child;
  child.argv = {own_program(), kInSession, name};
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
