#include <gtest/gtest.h>

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/win32/tokens.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

struct SessionCall {
  Request request;
  Reporter checks;
  Details details;
  Deadline deadline{std::chrono::seconds(30)};
  WindowsPlatform platform;
  explicit SessionCall(std::vector<std::string> announced = {}) : checks(std::move(announced)) {
    request.nonce = std::string(32, 'b');
    // Any certificate will do: it is looked for, and not found.
    request.certificate_pem =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBNjCB3qADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHRlc3QwHhcNMjAwMTAxMDAwMDAwWhcNNDAwMTAx\n"
        "MDAwMDAwWjAPMQ0wCwYDVQQDDAR0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
        "-----END CERTIFICATE-----\n";
  }
  ScenarioContext context() { return {request, checks, details, deadline, platform}; }
};

std::string cause_of(SessionCall& call, const std::string& name, const std::string& phase) {
  try {
    auto context = call.context();
    run_in_session(context, name, phase);
  } catch (const StepFailure& failure) {
    return failure.cause;
  }
  return "";
}

TEST(Session, runs_the_agent_as_the_console_user_and_takes_its_checks_over) {
  if (wine_version().empty()) GTEST_SKIP() << "needs a user at the console";
  SessionCall call({"certificate-in-store"});
  call.deadline = Deadline(std::chrono::seconds(20));
  EXPECT_EQ(cause_of(call, "personal-certificate", "inserted"), "");
  // The certificate is cut short, and Windows says so; the check came through the pipe with that cause.
  EXPECT_EQ(call.checks.reports()[0].cause, "system-trouble");
}

TEST(Session, takes_no_other_scenario_for_its_own) {
  if (wine_version().empty()) GTEST_SKIP() << "needs a user at the console";
  SessionCall call;
  EXPECT_EQ(cause_of(call, "no-such-scenario", "main"), "system-trouble");
}

TEST(Tokens, say_whose_they_are) {
  Handle token;
  ASSERT_NE(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out()), 0);
  EXPECT_EQ(owner_of(token.get()).sid.substr(0, 4), "S-1-");
  EXPECT_TRUE(logon_of(token.get()) != 0 || !wine_version().empty());  // Wine numbers no logons
}

TEST(Tokens, of_nobody_say_nothing) {
  EXPECT_EQ(owner_of(nullptr).sid, "");
  EXPECT_EQ(logon_of(nullptr), 0u);
  EXPECT_FALSE(linked_token(nullptr));
}

}  // namespace
}  // namespace smx::agent
