#include "scenarios/agent/windows/network_resource.h"

#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/windows/card_credential.h"
#include "scenarios/agent/windows/files.h"
#include "scenarios/agent/windows/negotiate.h"
#include "scenarios/agent/windows/service_errors.h"
#include "scenarios/agent/windows/services.h"
#include "scenarios/agent/windows/system_error.h"
#include "scenarios/agent/windows/text.h"
#include "scenarios/agent/windows/user_session.h"
#include "scenarios/agent/windows/windows_platform.h"
// after windows.h
#include <winnetwk.h>

namespace smx::agent {
namespace {

constexpr const char* kSessionName = "network-resource-for-user";
constexpr std::size_t kNames = 64;

/// A connection to a share, without a drive letter; ended with this object.
class Share {
 public:
  Share(const std::string& path, const Identity& identity) : path_(wide(path)) {
    NETRESOURCEW resource{};
    resource.dwType = RESOURCETYPE_DISK;
    resource.lpRemoteName = path_.data();
    auto password = wide(identity.password.reveal());
    const auto user = wide(identity.user);
    error_ = WNetAddConnection2W(&resource, password.c_str(), user.c_str(), CONNECT_TEMPORARY);
    SecureZeroMemory(password.data(), password.size() * sizeof(wchar_t));
  }
  ~Share() {
    if (error_ == NO_ERROR) WNetCancelConnection2W(path_.c_str(), 0, TRUE);
  }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  DWORD error() const { return error_; }

 private:
  std::wstring path_;
  DWORD error_ = NO_ERROR;
};

const char* share_cause(DWORD error) {
  switch (error) {
    case ERROR_LOGON_FAILURE: return "logon-refused";
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME: return "no-server";
    case ERROR_NO_LOGON_SERVERS: return "no-kdc";
    default: return "share-refused";
  }
}

/// False when it is reported to have failed.
bool open_share(ScenarioContext& context, const std::string& path, const Identity& identity) {
  const Share share(path, identity);
  context.details.set({"share", "path"}, path);
  context.details.set({"share", "result"}, error_text(share.error()));
  if (share.error() != NO_ERROR) {
    context.checks.failed("resource-opened", share_cause(share.error()),
                          "the share " + path + ": " + error_text(share.error()));
    return false;
  }
  context.details.set({"share", "names"}, std::int64_t(names_in_folder(path, kNames).size()));
  return true;
}

void run_for_user(ScenarioContext& context) {
  const auto& lab = context.request.lab();
  const CardCredential card(context);
  const Identity identity{card.user_name(), context.request.credential("pin")};
  const auto answer =
      ask_web_by_ticket(lab, "/" + context.request.nonce + "-resource", &identity, context.deadline);
  context.checks.passed("ticket-obtained", "Kerberos gave a ticket for HTTP/" + lab.web.name);
  const auto token = token_of_answer(answer);
  context.details.set({"token"}, token);
  if (token.empty())
    return context.checks.failed("resource-opened", "ticket-refused",
                                 "the web server gave no token for the ticket");
  if (!lab.share.empty() && !open_share(context, lab.share, identity)) return;
  context.checks.passed("resource-opened",
                        lab.share.empty() ? "the web page" : "the web page and " + lab.share);
}

void run(ScenarioContext& context) {
  context.details.set({"proved"}, "api");
  const auto& lab = context.request.lab();
  require_administrator();
  context.platform.require(SystemService::network, context.deadline);
  if (!lab.share.empty()) {
    const auto end = start_service("LanmanWorkstation", context.deadline);
    if (!service_runs(end.error))
      throw service_failure("LanmanWorkstation", end.refused, end.error, "no-workstation-service");
  }
  run_in_session(context, kSessionName, "main");
}

}  // namespace

Scenario network_resource() {
  return {"network-resource-credui", {{"main", {"ticket-obtained", "resource-opened"}}}, run};
}

Scenario network_resource_for_user() {
  return {kSessionName, {{"main", {"ticket-obtained", "resource-opened"}}}, run_for_user};
}

}  // namespace smx::agent
