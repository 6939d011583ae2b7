#include "scenarios/agent/windows/rows/elevation_prompt.h"

#include <charconv>

#include "scenarios/agent/windows/logon/security_log.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/rows/elevation_requirement.h"
#include "scenarios/agent/windows/screen/console.h"
#include "scenarios/agent/windows/screen/elevated_process.h"
#include "scenarios/agent/windows/screen/front_window.h"
#include "scenarios/agent/windows/screen/prompt_helper.h"
#include "scenarios/agent/windows/screen/prompt_watch.h"
#include "scenarios/agent/windows/screen/screen.h"
#include "scenarios/agent/windows/screen/screen_events.h"
#include "scenarios/agent/windows/screen/screen_rules.h"
#include "scenarios/agent/windows/screen/screen_wait.h"
#include "scenarios/agent/windows/win32/automation.h"
#include "scenarios/agent/windows/win32/functions.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/registry.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"
#include "scenarios/agent/windows/win32/wait_until.h"
// after windows.h
#include <shellapi.h>

namespace smx::agent {
namespace {

constexpr const char* kElevationPrompt = "elevation-prompt";
constexpr const char* kConsent = "consent.exe";
constexpr const char* kStarted = "elevated";     // a detail
constexpr std::uint32_t kLongestStay = 600'000;  // ms

ElevationPolicy elevation_policy() {
  const RegistryKey system(HKEY_LOCAL_MACHINE,
                           "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System");
  ElevationPolicy policy;
  policy.enabled = system.number("EnableLUA").value_or(policy.enabled);
  policy.for_administrators = system.number("ConsentPromptBehaviorAdmin").value_or(policy.for_administrators);
  policy.for_users = system.number("ConsentPromptBehaviorUser").value_or(policy.for_users);
  return policy;
}

/// Without the log a refusal is not seen, but the elevated process is.
std::uint64_t record_if_there_is_a_log(ScenarioContext& context) {
  try {
    require_logon_audit();
    return newest_security_record();
  } catch (const StepFailure& failure) {
    context.details.set({"screen", "audit"}, failure.message);
    return 0;
  }
}

void open_elevation_prompt(ScenarioContext& context) {
  require_elevation(context);
  context.platform.require(SystemService::smart_card, context.deadline);
  ScreenState state;
  state.nonce = context.request.nonce;
  state.sid = card_holders_sid(context);
  state.session = look_at_console().session;
  state.record = record_if_there_is_a_log(context);
  start_prompt_helper(context, state, kElevationPrompt);
  keep_screen(context, state);
}

std::uint32_t consent_process(const ScreenState& state) {
  const auto prompts = processes_in_session(state.session, kConsent);
  return prompts.empty() ? 0 : prompts.front();
}

LogonVerdict refusal(ScenarioContext& context, const ScreenState& state) {
  if (state.record == 0) return {};
  const auto events = logon_events_after(state.record);
  record(context.details, events);
  return judge_logons(events, {state.sid, context.request.lab().user, {2}});
}

std::string why_unanswered(const ScreenState& state, const LogonVerdict& verdict) {
  if (verdict.kind == LogonVerdict::Kind::wrong_tile)
    return "the PIN was taken for a password, so the card's tile had not been chosen: " +
           describe(verdict.event);
  return std::string("the elevation prompt was not answered") +
         (state.record == 0 ? ", and refusals are not written down here" : ": the keys did not reach it");
}

/// A refused prompt may have been closed afterwards: what its process says comes after the refusal.
bool something_started(ScenarioContext& context) {
  Reporter checks({kElevatedByScreen});
  Details details;
  take_answer(context, kElevationPrompt, checks, details);
  return details.values().contains(kStarted);
}

void judge_elevation(ScenarioContext& context, const ScreenState& state) {
  LogonVerdict verdict;
  bool answered = false;
  wait_until(screen_deadline(context), [&] {
    answered = !prompt_helper_runs(state);
    verdict = refusal(context, state);
    return answered || verdict.kind == LogonVerdict::Kind::refused;
  });
  if (answered && something_started(context)) {
    take_answer(context, kElevationPrompt, context.checks, context.details);
    return judge_elevated_process(context, kElevatedByScreen, state);
  }
  if (verdict.kind == LogonVerdict::Kind::refused)
    return report_refusal(context, kElevatedByScreen, verdict.event);
  if (!answered) screen_not_reached(why_unanswered(state, verdict));
  take_answer(context, kElevationPrompt, context.checks, context.details);
}

/// 0, or Windows' error.
DWORD start_elevated(ScenarioContext& context) {
  const Automation com;
  const FrontWindow window;
  context.details.set({"prompt", "in_front"}, window.is_in_front());
  const PromptWatch watch(context.deadline, {{kConsent}, false, nullptr, true});
  constexpr const wchar_t* kShell = L"shell32.dll";
  if (!load_system_library(kShell)) throw_trouble("shell32.dll", GetLastError());
  const auto execute = function_of<decltype(&ShellExecuteExW)>(kShell, "ShellExecuteExW");
  if (execute == nullptr) throw_trouble("ShellExecuteEx", ERROR_PROC_NOT_FOUND);
  const auto program = wide(own_program());
  const auto arguments = wide(std::string(kStay) + " " + std::to_string(kLongestStay));
  SHELLEXECUTEINFOW info{};
  info.cbSize = sizeof info;
  info.fMask = SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI;
  info.hwnd = window.get();
  info.lpVerb = L"runas";
  info.lpFile = program.c_str();
  info.lpParameters = arguments.c_str();
  info.nShow = SW_HIDE;
  return execute(&info) != 0 ? 0 : GetLastError();
}

void start_at_desk(ScenarioContext& context) {
  Handle token;
  OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out());
  auto policy = elevation_policy();
  policy.elevation_type = elevation_type(token.get());
  policy.administrator = is_administrator();
  context.details.set({"prompt", "elevation_type"}, std::int64_t{policy.elevation_type});
  const auto why = why_no_credentials_are_asked(policy);
  if (!why.empty()) screen_not_reached(why);
  const auto error = start_elevated(context);
  if (error == ERROR_CANCELLED) screen_not_reached("the elevation prompt was closed without an answer");
  if (error != 0)
    return context.checks.failed(kElevatedByScreen,
                                 error == ERROR_NOT_SAFEBOOT_SERVICE ? "not-in-safeboot" : "prompt-refused",
                                 "starting a program elevated: " + error_text(error));
  // This process does not decide whose process it is.
  context.details.set({kStarted}, true);
  context.checks.leave_for_later(kElevatedByScreen);
}

}  // namespace

void run_elevation_prompt(ScenarioContext& context) {
  context.details.set({"proved"}, "screen");
  const auto& phase = context.request.phase;
  if (phase == kScreenOpen)
    return bring_up(context, kElevatedByScreen, [&] { open_elevation_prompt(context); });
  if (phase == kScreenReady)
    return bring_up(context, kElevatedByScreen, [&] {
      wait_for_prompt(context, kept_screen(context), kElevationPrompt, consent_process);
    });
  conclude_screen(context, [&](const ScreenState& state) { judge_elevation(context, state); });
}

/// The process on the console's desktop that starts the agent elevated.
AgentScenario elevation_prompt() {
  return {kElevationPrompt, {{"main", {kElevatedByScreen}}}, start_at_desk};
}

int stay(const std::vector<std::string>& arguments) {
  std::uint32_t wanted = 0;
  const auto text = arguments.size() == 1 ? arguments[0] : std::string();
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, wanted);
  if (read.ec != std::errc() || read.ptr != end || wanted > kLongestStay) return 2;
  // It gets no message: the process that inspected it ends it.
  WaitForSingleObject(GetCurrentProcess(), wanted);
  return 0;
}

}  // namespace smx::agent
