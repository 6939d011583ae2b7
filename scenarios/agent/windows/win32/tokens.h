#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/windows/win32/handle.h"

namespace smx::agent {

struct TokenOwner {
  std::string user, domain, sid;
};

/// "S-1-5-…"; empty for what is not a SID.
std::string sid_text(PSID sid);

/// Whose token it is; empty texts where Windows does not say.
TokenOwner owner_of(HANDLE token);

/// The owner's SID alone, which no other machine has to be asked for.
std::string sid_of(HANDLE token);

/// The logon that a token belongs to (TOKEN_STATISTICS::AuthenticationId); 0 where Windows does not say.
std::uint64_t logon_of(HANDLE token);

/// TokenElevationType: 1 default, 2 full, 3 limited; 0 where Windows does not say.
int elevation_type(HANDLE token);

/// Whether the token has rights that User Account Control gives on request only (TokenElevation).
bool is_elevated(HANDLE token);

/// The full token behind a limited one (TokenLinkedToken), as a primary token; none where there is none.
Handle linked_token(HANDLE token);

/// This thread acts as the token's owner for as long as this object lives.
class Impersonation {
 public:
  /// Throws StepFailure (blocked, `system-trouble`).
  explicit Impersonation(HANDLE token);
  ~Impersonation();
  Impersonation(const Impersonation&) = delete;
  Impersonation& operator=(const Impersonation&) = delete;
};

}  // namespace smx::agent
