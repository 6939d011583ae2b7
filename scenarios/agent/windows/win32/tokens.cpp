#include "scenarios/agent/windows/win32/tokens.h"

#include <cstdlib>

#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <sddl.h>

namespace smx::agent {
namespace {

template <typename Information>
bool ask(HANDLE token, TOKEN_INFORMATION_CLASS what, Information& information) {
  DWORD size = 0;
  return GetTokenInformation(token, what, &information, sizeof information, &size) != 0;
}

struct Owner {
  TOKEN_USER user;
  BYTE sid[SECURITY_MAX_SID_SIZE];
};

}  // namespace

std::string sid_text(PSID sid) {
  wchar_t* text = nullptr;
  if (ConvertSidToStringSidW(sid, &text) == 0) return {};
  auto result = narrow(text);
  LocalFree(text);
  return result;
}

std::string sid_of(HANDLE token) {
  Owner information{};
  return ask(token, TokenUser, information) ? sid_text(information.user.User.Sid) : std::string();
}

TokenOwner owner_of(HANDLE token) {
  Owner information{};
  if (!ask(token, TokenUser, information)) return {};
  const auto sid = information.user.User.Sid;
  TokenOwner owner;
  owner.sid = sid_text(sid);
  wchar_t user[256], domain[256];
  DWORD user_size = 256, domain_size = 256;
  SID_NAME_USE use{};
  if (LookupAccountSidW(nullptr, sid, user, &user_size, domain, &domain_size, &use) != 0) {
    owner.user = narrow({user, user_size});
    owner.domain = narrow({domain, domain_size});
  }
  return owner;
}

std::uint64_t logon_of(HANDLE token) {
  TOKEN_STATISTICS statistics{};
  if (!ask(token, TokenStatistics, statistics)) return 0;
  const auto& id = statistics.AuthenticationId;
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(id.HighPart)) << 32 | id.LowPart;
}

int elevation_type(HANDLE token) {
  TOKEN_ELEVATION_TYPE type{};
  return ask(token, TokenElevationType, type) ? static_cast<int>(type) : 0;
}

bool is_elevated(HANDLE token) {
  TOKEN_ELEVATION elevation{};
  return ask(token, TokenElevation, elevation) && elevation.TokenIsElevated != 0;
}

Handle linked_token(HANDLE token) {
  TOKEN_LINKED_TOKEN linked{};
  if (!ask(token, TokenLinkedToken, linked)) return {};
  const Handle given(linked.LinkedToken);
  Handle primary;
  if (DuplicateTokenEx(given.get(), MAXIMUM_ALLOWED, nullptr, SecurityImpersonation, TokenPrimary,
                       primary.out()) == 0)
    return {};
  return primary;
}

Impersonation::Impersonation(HANDLE token) {
  if (ImpersonateLoggedOnUser(token) == 0) throw_trouble("acting as the user", GetLastError());
}

Impersonation::~Impersonation() {
  // A thread that cannot become itself again must not go on with another user's rights.
  if (RevertToSelf() == 0) std::abort();
}

}  // namespace smx::agent
