#include "scenarios/agent/windows/screen/prompt_helper.h"

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/screen/prompt_watch.h"
#include "scenarios/agent/windows/screen/screen_wait.h"
#include "scenarios/agent/windows/screen/without_secrets.h"
#include "scenarios/agent/windows/win32/child.h"
#include "scenarios/agent/windows/win32/delegation.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"
#include "scenarios/agent/windows/win32/wait_until.h"

namespace smx::agent {
namespace {

constexpr std::size_t kPromptAnswerLimit = (1u << 20) + 1, kTalkLimit = 64u << 10;
constexpr const char *kAsk = ".ask", *kAnswer = ".answer", *kTalk = ".talk";

/// The nonce is hexadecimal, and was not known in the guest before.
std::string path_of(const ScenarioContext& context, const char* which) {
  return context.platform.run_folder() + "\\smx-" + context.request.nonce + which;
}

Handle new_file(const std::string& path) {
  Handle file(CreateFileW(wide(path).c_str(), GENERIC_READ | GENERIC_WRITE,
                          FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, CREATE_NEW,
                          FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file) throw_trouble("making " + path, GetLastError());
  return file;
}

void write_and_rewind(HANDLE file, const std::string& text) {
  DWORD put = 0;
  if (WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &put, nullptr) == 0 ||
      put != text.size() || SetFilePointer(file, 0, nullptr, FILE_BEGIN) != 0)
    throw_trouble("writing a request", GetLastError());
}

void remove_files(const ScenarioContext& context) {
  for (const auto* which : {kAsk, kAnswer, kTalk}) DeleteFileW(wide(path_of(context, which)).c_str());
}

void start(ScenarioContext& context, ScreenState& state, const std::string& name) {
  const auto session = console_session();
  context.details.set({"session", "token"}, session.how);
  if (session.token) context.details.set({"session", "user"}, owner_of(session.token.get()).user);
  const auto ask = new_file(path_of(context, kAsk)), answer = new_file(path_of(context, kAnswer)),
             talk = new_file(path_of(context, kTalk));
  const WithoutSecrets plain(context);
  write_and_rewind(ask.get(), request_json(plain.request(), "main", context.deadline.remaining()));
  Child child;
  child.argv = {own_program(), kInSession, name};
  child.token = session.token.get();
  child.on_console = true;
  const auto process = start_alone(child, {ask.get(), answer.get(), talk.get()});
  state.process = GetProcessId(process.get());
  const auto times = times_of_process(state.process);
  if (!times)
    screen_not_reached("the agent in the user's session ended at once: " +
                       read_file(path_of(context, kTalk), kTalkLimit));
  state.began = times->began;
}

[[noreturn]] void ended_early(ScenarioContext& context, const std::string& name, const char* check) {
  Reporter checks({check});
  Details details;
  take_answer(context, name, checks, details);
  context.details.set({"screen", "prompt"}, details);
  const auto& reports = checks.reports();
  screen_not_reached(reports.empty() || reports[0].cause.empty()
                         ? "no prompt had to be answered"
                         : "no prompt came up: " + reports[0].cause + ": " + reports[0].message);
}

bool said(const ScenarioContext& context, const char* word) {
  return read_file(path_of(context, kTalk), kTalkLimit).find(word) != std::string::npos;
}

}  // namespace

void start_prompt_helper(ScenarioContext& context, ScreenState& state, const std::string& name) {
  try {
    start(context, state, name);
  } catch (const StepFailure&) {
    remove_files(context);
    throw;
  }
}

bool prompt_helper_runs(const ScreenState& state) {
  return process_runs(state.process, state.began);
}

bool prompt_is_up(ScenarioContext& context, const ScreenState& state) {
  return prompt_helper_runs(state) && said(context, kPromptUp) && !said(context, kPromptGone);
}

bool prompt_is_answered(ScenarioContext& context) {
  return said(context, kPromptGone);
}

void take_answer(ScenarioContext& context, const std::string& name, Reporter& checks, Details& details) {
  const auto talk = read_file(path_of(context, kTalk), kTalkLimit);
  if (!talk.empty()) details.set({"prompt_talk"}, talk.substr(0, 4000));
  take_over(read_file(path_of(context, kAnswer), kPromptAnswerLimit), name, context.request.nonce, checks,
            details);
}

void end_prompt_helper(ScenarioContext& context, const ScreenState& state) {
  if (state.process == 0) return;
  end_process(state.process, state.began);
  remove_files(context);
}

void wait_for_prompt(ScenarioContext& context, const ScreenState& state, const std::string& name,
                     std::uint32_t (*asking)(const ScreenState& state)) {
  const auto& check = context.checks.reports().at(0).id;
  const auto patience = screen_deadline(context);
  bool up = false;
  wait_until(patience, [&] {
    up = prompt_is_up(context, state);
    return up || !prompt_helper_runs(state);
  });
  if (!up && !prompt_helper_runs(state)) ended_early(context, name, check.c_str());
  if (!up) screen_not_reached("the prompt did not come up where the keys go");
  if (!wait_until_idle(patience, [&] { return asking(state); }))
    screen_not_reached("the program that shows the prompt does not come to rest");
  if (!prompt_is_up(context, state)) ended_early(context, name, check.c_str());
}

}  // namespace smx::agent
