#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/card_credential.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <lm.h>

namespace smx::agent {
namespace {

constexpr const char* kUser = "join-as-user";
constexpr const char* kJoined = "joined-by-card";

struct Membership {
  bool joined = false;
  std::string name;  ///< of the domain or workgroup
};

Membership membership() {
  wchar_t* name = nullptr;
  NETSETUP_JOIN_STATUS status = NetSetupUnknownStatus;
  const auto error = NetGetJoinInformation(nullptr, &name, &status);
  if (error != NERR_Success) throw_trouble("NetGetJoinInformation", error);
  Membership result{status == NetSetupDomainName, name == nullptr ? "" : narrow(name)};
  if (name != nullptr) NetApiBufferFree(name);
  return result;
}

const char* join_cause(DWORD error) {
  switch (error) {
    case ERROR_NO_SUCH_DOMAIN: return "no-kdc";
    case ERROR_ACCESS_DENIED: return "no-right";
    case ERROR_LOGON_FAILURE: return "logon-refused";
    case ERROR_NO_LOGON_SERVERS: return "no-kdc";
    default: return "join-refused";
  }
}

void join(ScenarioContext& context) {
  const CardCredential card(context);
  const auto domain = wide(context.request.lab().domain), user = wide(card.user_name());
  auto pin = wide(context.request.credential("pin").reveal());
  const auto error = NetJoinDomain(nullptr, domain.c_str(), nullptr, user.c_str(), pin.c_str(),
                                   NETSETUP_JOIN_DOMAIN | NETSETUP_ACCT_CREATE);
  SecureZeroMemory(pin.data(), pin.size() * sizeof(wchar_t));
  if (error == NERR_Success)
    context.checks.passed(kJoined, "NetJoinDomain joined " + context.request.lab().domain);
  else
    context.checks.failed(kJoined, join_cause(error), "NetJoinDomain: " + error_text(error));
}

void run_join_domain(ScenarioContext& context) {
  context.request.lab();
  require_administrator();
  const auto before = membership();
  if (before.joined)
    throw StepFailure(CheckOutcome::blocked, "already-joined",
                      "this machine is a member of the domain " + before.name + " already", true);
  context.checks.passed("unjoined-before", "a member of the workgroup " + before.name);
  context.platform.require(SystemService::network, context.deadline);
  const auto end = start_service("LanmanWorkstation", context.deadline);
  if (!service_runs(end.error))
    throw service_failure("LanmanWorkstation", end.refused, end.error, "no-workstation-service");
  const auto session = console_session();
  const auto full = elevated(session.token);
  run_as({full ? full.get() : session.token.get(), true}, context, kUser, "main");
  if (!context.checks.good_so_far()) return;
  const auto after = membership();
  if (after.joined)
    context.checks.passed("membership-seen", "a member of the domain " + after.name);
  else
    context.checks.failed("membership-seen", "not-joined", "still a member of the workgroup " + after.name);
}

}  // namespace

/// Row 15: an administrator at the console joins this machine to the lab's domain by NetJoinDomain, with the
/// card's marshalled certificate as account and the PIN as password. The machine starts outside any domain;
/// what it leaves (the membership, the computer's account) goes with the controller's overlay.
AgentScenario join_domain() {
  return {"join-domain", {{"main", {"unjoined-before", kJoined, "membership-seen"}}}, run_join_domain};
}

/// The administrator's half.
AgentScenario join_as_user() {
  return {kUser, {{"main", {kJoined}}}, join};
}

}  // namespace smx::agent
