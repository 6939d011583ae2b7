#include "scenarios/agent/windows/screen/screen.h"

#include <gtest/gtest.h>

#include "scenarios/agent/windows/logon/credential_prompt.h"
#include "scenarios/agent/windows/logon/security_log.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/rows/elevation_prompt.h"
#include "scenarios/agent/windows/rows/network_prompt.h"
#include "scenarios/agent/windows/rows/scenarios.h"
#include "scenarios/agent/windows/screen/console.h"
#include "scenarios/agent/windows/screen/elevated_process.h"
#include "scenarios/agent/windows/screen/prompt_helper.h"
#include "scenarios/agent/windows/screen/prompt_watch.h"
#include "scenarios/agent/windows/screen/screen_wait.h"
#include "scenarios/agent/windows/smartcard/card_credential.h"
#include "scenarios/agent/windows/win32/child.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/wait_until.h"
#include "scenarios/agent/windows/win32/wine.h"
#include "tests/unit/agent/scenario_run.h"
#include "tests/windows/helper_child.h"

// The phases at the screen. Wine has no logon screen, no elevation prompt and no Security log: everything
// has to say so, and nothing may pass. On a real Windows they would sign its user out.

namespace smx::agent {
namespace {

struct Call {
  Request request;
  Details details;
  Deadline deadline{std::chrono::seconds(20)};
  WindowsPlatform platform;
  Call() {
    request.nonce = std::string(32, 'c');
    request.time_limit = std::chrono::seconds(20);
    request.credentials.insert_or_assign("pin", Pin("24681357"));
    request.lab_given = Lab{"loopback", "LAB.TEST",
                            "lab.test", "user",
                            "other",    "",
                            "",         {"127.0.0.1", 88, "kdc.lab.test", ""},
                            "",         {"127.0.0.1", 80, "web.lab.test", ""}};
  }
  ~Call() { platform.take("screen"); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  std::vector<CheckReport> run(const AgentScenario& scenario, const std::string& phase) {
    request.phase = phase;
    return ScenarioRun(scenario, request, platform).checks.reports();
  }
};

Handle nothing() {
  return Handle(CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                            OPEN_EXISTING, 0, nullptr));
}

void expect_not_reached(const std::vector<CheckReport>& reports, const std::string& check) {
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].id, check);
  EXPECT_EQ(reports[0].outcome, CheckOutcome::blocked);
  EXPECT_EQ(reports[0].cause, "screen-not-reached") << reports[0].message;
  EXPECT_FALSE(reports[0].message.empty());
}

const std::vector<std::pair<AgentScenario, std::string>>& rows() {
  static const std::vector<std::pair<AgentScenario, std::string>> kRows{
      {domain_logon(), "logged-on-by-screen"},
      {unlock_workstation(), "unlocked-by-screen"},
      {network_resource(), "connected-by-screen"},
      {user_account_control(), "elevated-by-screen"}};
  return kRows;
}

TEST(Screen, rows_come_to_no_prompt_on_wine_and_say_so) {
  if (wine_version().empty()) GTEST_SKIP() << "would sign the user out";
  for (const auto& [scenario, check] : rows()) {
    if (scenario.name == "network-resource-credui") continue;  // its dialog needs no logon screen: below
    Call call;
    expect_not_reached(call.run(scenario, kScreenOpen), check);
  }
}

TEST(Screen, later_phases_without_the_first_one_prove_nothing) {
  if (wine_version().empty()) GTEST_SKIP() << "would sign the user out";
  for (const auto& [scenario, check] : rows())
    for (const auto& [phase, checks] : scenario.checks) {
      if (phase == "main" || phase == kScreenOpen) continue;
      Call call;
      expect_not_reached(call.run(scenario, phase), check);
    }
}

TEST(Screen, takes_no_other_attempts_state) {
  if (wine_version().empty()) GTEST_SKIP() << "would sign the user out";
  Call call;
  ScreenState state;
  state.nonce = std::string(32, 'd');
  call.platform.keep("screen", screen_state_text(state));
  expect_not_reached(call.run(domain_logon(), kScreenResult), "logged-on-by-screen");
  EXPECT_EQ(call.platform.take("screen"), "");
}

TEST(Screen, without_a_logon_screen_is_never_ready) {
  if (wine_version().empty()) GTEST_SKIP() << "would wait for a real one";
  Call call;
  call.request.time_limit = std::chrono::seconds(6);
  ScreenState state;
  state.nonce = call.request.nonce;
  state.sid = "S-1-5-21-1-2-3-4";
  call.platform.keep("screen", screen_state_text(state));
  expect_not_reached(call.run(domain_logon(), kScreenReady), "logged-on-by-screen");
}

TEST(Screen, dialog_that_does_not_come_up_is_no_failure_and_leaves_nothing) {
  if (wine_version().empty()) GTEST_SKIP() << "needs a system whose card provider is missing";
  Call call;
  const auto opened = call.run(network_resource(), kScreenOpen);
  if (!opened.empty()) return expect_not_reached(opened, "connected-by-screen");
  expect_not_reached(call.run(network_resource(), kScreenReady), "connected-by-screen");
  const auto begin = call.platform.run_folder() + "\\smx-" + call.request.nonce;
  for (const auto* which : {".ask", ".answer", ".talk"}) EXPECT_FALSE(size_of_file(begin + which)) << which;
  EXPECT_EQ(call.platform.take("screen"), "");
}

TEST(PromptHelper, gets_no_secret_and_gives_its_result) {
  if (wine_version().empty()) GTEST_SKIP() << "needs a user at the console";
  Call call;
  call.request.certificate_pem = "no certificate";
  Reporter checks({"certificate-in-store"});
  ScenarioContext context{call.request, checks, call.details, call.deadline, call.platform};
  ScreenState state;
  // It has no phase "main": exit code 2 and no result, which is told from a good one.
  start_prompt_helper(context, state, "personal-certificate");
  const auto asked = read_file(call.platform.run_folder() + "\\smx-" + call.request.nonce + ".ask", 65536);
  EXPECT_NE(asked.find(call.request.nonce), std::string::npos);
  EXPECT_EQ(asked.find("24681357"), std::string::npos);
  EXPECT_TRUE(wait_until(call.deadline, [&] { return !prompt_helper_runs(state); }));
  EXPECT_FALSE(prompt_is_up(context, state));
  EXPECT_THROW(take_answer(context, "personal-certificate", checks, call.details), StepFailure);
  end_prompt_helper(context, state);
  EXPECT_FALSE(size_of_file(call.platform.run_folder() + "\\smx-" + call.request.nonce + ".ask"));
}

TEST(Screen, waits_no_longer_than_it_may) {
  const Deadline now{std::chrono::milliseconds(0)};
  EXPECT_FALSE(wait_until(now, [] { return false; }));
  EXPECT_TRUE(wait_until(now, [] { return true; }));
  EXPECT_FALSE(wait_until_idle(Deadline(std::chrono::milliseconds(300)), [] { return 0u; }));
}

TEST(Screen, finds_a_process_that_waits_at_rest) {
  const std::uint32_t own = GetCurrentProcessId();
  EXPECT_TRUE(wait_until_idle(Deadline(std::chrono::seconds(20)), [&] { return own; }));
}

TEST(PromptWatch, ends_its_process_at_the_deadline) {
  Child child;
  child.argv = helper({"watch", "300"});
  child.limit = std::chrono::seconds(30);
  const auto end = run_child(child);
  EXPECT_FALSE(end.timed_out);
  EXPECT_EQ(end.exit_code, static_cast<DWORD>(ERROR_TIMEOUT));
  EXPECT_NE(end.err.find("not answered in time"), std::string::npos) << end.err;
  EXPECT_EQ(end.err.find(kPromptUp), std::string::npos);
  EXPECT_EQ(end.err.find(kPromptGone), std::string::npos);
}

TEST(PromptWatch, ends_nobody_once_the_prompt_is_answered) {
  const Deadline deadline(std::chrono::milliseconds(400));
  { const PromptWatch watch(deadline, {{"smx-no-such-program.exe"}}); }
  EXPECT_FALSE(deadline.over());  // it did not wait
  EXPECT_TRUE(wait_until(Deadline(std::chrono::seconds(5)), [&] { return deadline.over(); }));
}

TEST(Console, has_no_logon_screen_under_wine) {
  if (wine_version().empty()) GTEST_SKIP() << "a real Windows may have one";
  EXPECT_EQ(look_at_console().logon_screen, 0u);
}

TEST(SecurityLog, is_read_or_said_to_be_closed) {
  try {
    require_logon_audit();
    const auto newest = newest_security_record();
    EXPECT_TRUE(logon_events_after(newest).size() <= 256);
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "no-audit");
    EXPECT_EQ(failure.outcome, CheckOutcome::blocked);
    EXPECT_FALSE(failure.message.empty());
  }
}

TEST(SecurityLog, is_not_believed_in_under_wine) {
  if (wine_version().empty()) GTEST_SKIP() << "a real Windows may write logons down";
  EXPECT_THROW(require_logon_audit(), StepFailure);
  EXPECT_THROW(logon_events_after(0), StepFailure);
}

TEST(CredentialPrompt, knows_the_cards_certificate_by_its_name) {
  const auto one = to_bytes("one certificate"), other = to_bytes("another certificate");
  EXPECT_TRUE(names_certificate(marshalled_certificate(one), one));
  EXPECT_FALSE(names_certificate(marshalled_certificate(one), other));
  for (const auto* name : {"", "alice", "LAB\\alice", "@@", "@@Bx"})
    EXPECT_FALSE(names_certificate(name, one));
}

TEST(ElevatedProcess, is_looked_for_in_the_consoles_session_and_time_only) {
  DWORD here = 0;
  ProcessIdToSessionId(GetCurrentProcessId(), &here);
  const auto times = times_of_process(GetCurrentProcessId());
  ASSERT_TRUE(times);
  // This program runs, but elsewhere, before that time, or as the one that asked; it would be ended else.
  for (const auto& state :
       {ScreenState{"", 0, here + 1000, "", 0, 0}, ScreenState{"", 0, here, "", 0, times->began + 1},
        ScreenState{"", 0, here, "", static_cast<std::uint32_t>(GetCurrentProcessId()), 0}}) {
    Call call;
    Reporter checks({kElevatedByScreen});
    ScenarioContext context{call.request, checks, call.details, call.deadline, call.platform};
    judge_elevated_process(context, kElevatedByScreen, state);
    EXPECT_EQ(checks.reports()[0].outcome, CheckOutcome::blocked);
    EXPECT_EQ(checks.reports()[0].cause, "system-trouble");
  }
}

TEST(ElevatedProcess, is_judged_by_its_own_token_and_ended) {
  if (wine_version().empty()) GTEST_SKIP() << "its session and rights depend on who runs this";
  DWORD here = 0;
  ProcessIdToSessionId(GetCurrentProcessId(), &here);
  const auto own = times_of_process(GetCurrentProcessId());
  ASSERT_TRUE(own);
  Child child;
  child.argv = helper({"hang"});
  const auto in = nothing(), out = nothing(), err = nothing();
  const auto process = start_alone(child, {in.get(), out.get(), err.get()});
  Call call;
  Reporter checks({kElevatedByScreen});
  ScenarioContext context{call.request, checks, call.details, call.deadline, call.platform};
  judge_elevated_process(
      context, kElevatedByScreen,
      {"", 0, here, "S-1-5-21-9-9-9-9", static_cast<std::uint32_t>(GetCurrentProcessId()), own->began});
  EXPECT_EQ(checks.reports()[0].outcome, CheckOutcome::failed);
  EXPECT_EQ(checks.reports()[0].cause, "other-user");
  EXPECT_EQ(WaitForSingleObject(process.get(), 10000), static_cast<DWORD>(WAIT_OBJECT_0));
}

TEST(ElevatedProcess, stays_no_longer_than_it_may) {
  EXPECT_EQ(stay({"1"}), 0);
  for (const auto& bad :
       std::vector<std::vector<std::string>>{{}, {""}, {"x"}, {"-1"}, {"600001"}, {"1", "1"}})
    EXPECT_EQ(stay(bad), 2);
}

}  // namespace
}  // namespace smx::agent
