#include "scenarios/agent/windows/screen/logon_screen.h"

#include "scenarios/agent/windows/logon/card_logon.h"
#include "scenarios/agent/windows/logon/security_log.h"
#include "scenarios/agent/windows/screen/console.h"
#include "scenarios/agent/windows/screen/screen.h"
#include "scenarios/agent/windows/screen/screen_events.h"
#include "scenarios/agent/windows/screen/screen_wait.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/registry.h"
#include "scenarios/agent/windows/win32/wait_until.h"

namespace smx::agent {
namespace {

constexpr Deadline::Duration kLockAttempt{5000};
constexpr const char* kProvider = "smartcardcredentialprovider.dll";

/// ForceAutoLogon logs the user of AutoAdminLogon on again at once; without it that happens once a boot.
void refuse_forced_logon() {
  const RegistryKey winlogon(HKEY_LOCAL_MACHINE, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon");
  if (winlogon.text("ForceAutoLogon").value_or("0") == "1" || winlogon.number("ForceAutoLogon") == 1u)
    screen_not_reached(
        "ForceAutoLogon is 1: the console's user would be logged on again as soon as they are signed out");
}

void open(ScenarioContext& context) {
  require_domain_member(context);
  context.platform.require(SystemService::smart_card, context.deadline);
  require_logon_audit();
  refuse_forced_logon();
  ScreenState state;
  state.nonce = context.request.nonce;
  state.sid = card_holders_sid(context);
  auto console = look_at_console();
  if (!console.people.empty()) sign_out(context, console.session);
  const bool up = wait_until(screen_deadline(context), [&] {
    console = look_at_console();
    return console.people.empty() && console.logon_screen != 0;
  });
  if (!up)
    screen_not_reached(console.people.empty() ? "LogonUI.exe does not run in the console's session"
                                              : "the console's session was not signed out");
  state.session = console.session;
  state.record = newest_security_record();
  keep_screen(context, state);
}

void ready(ScenarioContext& context) {
  kept_screen(context);
  Console console;
  const bool quiet = wait_until_idle(screen_deadline(context), [&] {
    console = look_at_console();
    return console.logon_screen;
  });
  if (!quiet)
    screen_not_reached(console.logon_screen == 0 ? "LogonUI.exe does not run in the console's session"
                                                 : "LogonUI.exe does not come to rest");
  if (const auto loaded = has_loaded(console.logon_screen, kProvider))
    context.details.set({"screen", "smart_card_provider_loaded"}, *loaded);
  // A PIN must not go to a user's programs.
  if (!console.people.empty() && !is_locked(context, console))
    screen_not_reached("a user's desktop is open at the console, and would get the keys");
}

/// What is in the way of locking the holder's session; empty once it is theirs.
std::string missing_session(ScenarioContext& context, const ScreenState& state, Console& console) {
  const LogonSearch search{state.sid, context.request.lab().user, {2, 11}};
  LogonVerdict verdict;
  wait_until(screen_deadline(context), [&] {
    console = look_at_console();
    verdict = judge_logons(logon_events_after(state.record), search);
    return console.has(state.sid) || verdict.kind == LogonVerdict::Kind::refused;
  });
  if (console.has(state.sid)) return "";
  return verdict.kind == LogonVerdict::Kind::none ? "no logon of theirs was seen" : describe(verdict.event);
}

void lock(ScenarioContext& context) {
  auto state = kept_screen(context);
  Console console;
  const auto missing = missing_session(context, state, console);
  if (!missing.empty())
    screen_not_reached("the card's holder did not come to the console's session: " + missing);
  // While a session is being prepared Windows takes the wish to lock it and does nothing.
  const auto patience = whole_deadline(context);
  bool locked = false;
  while (!locked && !patience.over()) {
    lock_console(context);
    locked = wait_until(Deadline(patience.remaining(kLockAttempt)), [&] {
      console = look_at_console();
      return console.has(state.sid) && console.logon_screen != 0 && is_locked(context, console);
    });
  }
  if (!locked) screen_not_reached("the card holder's session was not locked");
  state.session = console.session;
  state.record = newest_security_record();
  keep_screen(context, state);
}

struct ScreenAttempt {
  LogonVerdict verdict;
  bool there = false;  ///< the console's session is the holder's, and open
};

bool session_is_open(ScenarioContext& context, const LogonScreenRow& row, const ScreenState& state) {
  const auto console = look_at_console();
  if (!console.has(state.sid) || (row.unlocks && console.session != state.session)) return false;
  context.details.set({"screen", "session"}, std::int64_t{console.session});
  return !is_locked(context, console);
}

ScreenAttempt see_attempt(ScenarioContext& context, const LogonScreenRow& row, const ScreenState& state) {
  ScreenAttempt attempt;
  const LogonSearch search{state.sid, context.request.lab().user, row.types};
  std::vector<LogonEvent> events;
  wait_until(screen_deadline(context), [&] {
    events = logon_events_after(state.record);
    attempt.verdict = judge_logons(events, search);
    return attempt.verdict.kind == LogonVerdict::Kind::refused ||
           attempt.verdict.kind == LogonVerdict::Kind::accepted;
  });
  record(context.details, events);
  // A first session is being prepared for a while.
  if (attempt.verdict.kind == LogonVerdict::Kind::accepted)
    attempt.there = wait_until(whole_deadline(context), [&] { return session_is_open(context, row, state); });
  return attempt;
}

void result(ScenarioContext& context, const LogonScreenRow& row, const ScreenState& state) {
  constexpr std::uint32_t kCachedLogon = 11;
  const auto [verdict, there] = see_attempt(context, row, state);
  switch (verdict.kind) {
    case LogonVerdict::Kind::accepted:
      if (there) return context.checks.passed(row.check, describe(verdict.event));
      return context.checks.blocked(row.check, "no-user-session",
                                    "the card's holder was logged on (" + describe(verdict.event) +
                                        "), but the console's session was not theirs and open in time");
    case LogonVerdict::Kind::refused: return report_refusal(context, row.check, verdict.event);
    case LogonVerdict::Kind::other_type:
      if (!row.unlocks && verdict.event.type == kCachedLogon)
        return context.checks.failed(row.check, "no-kdc",
                                     "the logon was taken from the cache: " + describe(verdict.event));
      screen_not_reached("the card's holder was logged on, but not by what was asked at the screen: " +
                         describe(verdict.event));
    case LogonVerdict::Kind::wrong_tile:
      screen_not_reached("the PIN was taken for a password, so the card's tile had not been chosen: " +
                         describe(verdict.event));
    case LogonVerdict::Kind::none: break;
  }
  screen_not_reached("the system saw no attempt of the card's holder: the keys went nowhere");
}

/// The session that the card opened does not outlive this object.
class HoldersSession {
 public:
  HoldersSession(ScenarioContext& context, const ScreenState& state) : context_(context), state_(state) {}
  ~HoldersSession() {
    const auto console = look_at_console();
    if (console.has(state_.sid)) sign_out(context_, console.session);
  }
  HoldersSession(const HoldersSession&) = delete;
  HoldersSession& operator=(const HoldersSession&) = delete;

 private:
  ScenarioContext& context_;
  const ScreenState& state_;
};

}  // namespace

void run_at_logon_screen(ScenarioContext& context, const LogonScreenRow& row) {
  context.details.set({"proved"}, "screen");
  const auto& phase = context.request.phase;
  if (phase == kScreenOpen) return bring_up(context, row.check, [&] { open(context); });
  if (phase == kScreenReady) return bring_up(context, row.check, [&] { ready(context); });
  if (phase == kScreenLock) return bring_up(context, row.check, [&] { lock(context); });
  conclude_screen(context, [&](const ScreenState& state) {
    const HoldersSession session(context, state);
    result(context, row, state);
  });
}

}  // namespace smx::agent
