#include "scenarios/agent/windows/net/share.h"

#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <winnetwk.h>

namespace smx::agent {

Share::Share(const std::string& path, const Identity& identity) : path_(wide(path)) {
  NETRESOURCEW resource{};
  resource.dwType = RESOURCETYPE_DISK;
  resource.lpRemoteName = path_.data();
  auto password = wide(identity.password.reveal());
  const auto user = wide(identity.user);
  error_ = WNetAddConnection2W(&resource, password.c_str(), user.c_str(), CONNECT_TEMPORARY);
  SecureZeroMemory(password.data(), password.size() * sizeof(wchar_t));
}

Share::~Share() {
  if (error_ == NO_ERROR) WNetCancelConnection2W(path_.c_str(), 0, TRUE);
}

std::string Share::user() const {
  wchar_t name[512];
  DWORD size = 512;
  return WNetGetUserW(path_.c_str(), name, &size) == NO_ERROR ? narrow(name) : std::string();
}

const char* share_cause(DWORD error) {
  switch (error) {
    case ERROR_LOGON_FAILURE: return "logon-refused";
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME: return "no-server";
    case ERROR_NO_LOGON_SERVERS: return "no-kdc";
    case ERROR_NOT_SAFEBOOT_SERVICE: return "not-in-safeboot";
    default: return "share-refused";
  }
}

}  // namespace smx::agent
