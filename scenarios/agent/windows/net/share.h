#pragma once

#include <string>

#include "scenarios/agent/windows/net/negotiate.h"
#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

/// A connection to a share, without a drive letter; ended with this object.
class Share {
 public:
  Share(const std::string& path, const Identity& identity);
  ~Share();
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  DWORD error() const { return error_; }
  /// By what name it was opened, as WNetGetUser has it; empty where Windows does not say.
  std::string user() const;

 private:
  std::wstring path_;
  DWORD error_ = NO_ERROR;
};

/// The protocol's word for why it could not be opened.
const char* share_cause(DWORD error);

}  // namespace smx::agent
