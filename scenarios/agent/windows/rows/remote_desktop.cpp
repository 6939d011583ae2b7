#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/windows/net/rdp_listener.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/win32/registry.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"

namespace smx::agent {
namespace {

constexpr const char* kService = "TermService";
constexpr const char* kAnswers = "remote-desktop-answers";
constexpr const char* kLoggedOnRemotely = "logged-on-over-remote-desktop";
constexpr std::uint32_t kUsualPort = 3389;
constexpr Deadline::Duration kListenerLimit{20000};

/// The service, started for as long as this object lives; one that ran before goes on.
class StartedService {
 public:
  explicit StartedService(const Deadline& deadline) {
    const auto end = start_service(kService, deadline);
    if (!service_runs(end.error))
      throw service_failure(kService, end.refused, end.error, "no-remote-desktop-service");
    started_ = end.error == 0;
  }
  ~StartedService() {
    if (started_) stop_service(kService);
  }
  StartedService(const StartedService&) = delete;
  StartedService& operator=(const StartedService&) = delete;

 private:
  bool started_ = false;
};

/// Whether connections are denied, by the machine's setting or by policy, which stands above it.
bool connections_are_denied(ScenarioContext& context) {
  const RegistryKey server(HKEY_LOCAL_MACHINE, "SYSTEM\\CurrentControlSet\\Control\\Terminal Server");
  const RegistryKey policy(HKEY_LOCAL_MACHINE,
                           "SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services");
  const auto set = server.number("fDenyTSConnections"), by_policy = policy.number("fDenyTSConnections");
  if (set) context.details.set({"fDenyTSConnections"}, std::int64_t{*set});
  if (by_policy) context.details.set({"policy_fDenyTSConnections"}, std::int64_t{*by_policy});
  return by_policy.value_or(set.value_or(1)) != 0;
}

int listening_port() {
  const RegistryKey listener(HKEY_LOCAL_MACHINE,
                             "SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp");
  const auto port = listener.number("PortNumber").value_or(kUsualPort);
  return static_cast<int>(port >= 1 && port <= 65535 ? port : kUsualPort);
}

void probe_listener(ScenarioContext& context) {
  if (connections_are_denied(context))
    return context.checks.blocked(kAnswers, "remote-desktop-off",
                                  "this machine denies connections by Remote Desktop (fDenyTSConnections); "
                                  "it is left as it was found");
  const auto port = listening_port();
  const auto confirm = ask_rdp_listener(port, Deadline(context.deadline.remaining(kListenerLimit)));
  if (!confirm)
    return context.checks.failed(kAnswers, "bad-response",
                                 "port " + std::to_string(port) + " answers, but not as Remote Desktop does");
  context.checks.passed(kAnswers, "port " + std::to_string(port) + ": " + describe(*confirm));
}

void run_remote_desktop(ScenarioContext& context) {
  require_administrator();
  context.platform.require(SystemService::network, context.deadline);
  context.details.set({"service_before"}, state_of_service(kService));
  const StartedService service(context.deadline);
  probe_listener(context);
  context.checks.blocked(kLoggedOnRemotely, "no-remote-desktop-client",
                         "no logon is attempted: that takes a second machine in the same domain, in normal "
                         "mode, whose Remote Desktop "
                         "client redirects a smart card to this one");
}

}  // namespace

/// Row 4, as far as one machine can show it: the Remote Desktop service starts, and a listener answers at its
/// port as Remote Desktop does. A logon over it is not possible here: that check is always blocked,
/// `no-remote-desktop-client`, so that the row fails where the boot mode refuses the service, and never
/// passes. What was started is stopped again.
AgentScenario remote_desktop_logon() {
  return {"rdp-logon-remote-safe-mode", {{"main", {kAnswers, kLoggedOnRemotely}}}, run_remote_desktop};
}

}  // namespace smx::agent
