#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What Windows' answers about sessions and prompts mean. Pure.

namespace smx::agent {

/// Whether a SID is a person's account, local, of a domain or of a cloud's directory; services, window
/// managers and font drivers, which run in a session too, have others.
bool is_person(std::string_view sid);

/// WTSINFOEX_LEVEL1::SessionFlags: 0 locked, 1 not; Windows 7 and Server 2008 R2 have the two the other way
/// round (WTSINFOEX_LEVEL1_W, Remarks). Nothing for any other value.
std::optional<bool> says_locked(std::int32_t flags, std::string_view os_version);

/// What decides whether `runas` asks for credentials.
struct ElevationPolicy {
  std::uint32_t enabled = 1;                            ///< EnableLUA
  std::uint32_t for_administrators = 5, for_users = 3;  ///< ConsentPromptBehaviorAdmin, …User
  int elevation_type = 0;      ///< of the session's token: 1 not filtered, 2 full, 3 limited
  bool administrator = false;  ///< the token's rights are an administrator's
};
/// Why it would not ask; empty when it would.
std::string why_no_credentials_are_asked(const ElevationPolicy& policy);

}  // namespace smx::agent
