#include "scenarios/agent/windows/screen/screen_rules.h"

namespace smx::agent {

bool is_person(std::string_view sid) {
  return sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-");
}

std::optional<bool> says_locked(std::int32_t flags, std::string_view os_version) {
  if (flags != 0 && flags != 1) return std::nullopt;
  const bool turned = os_version.starts_with("6.1.");
  return (flags == 0) != turned;
}

std::string why_no_credentials_are_asked(const ElevationPolicy& policy) {
  constexpr int kLimited = 3;
  constexpr std::uint32_t kCredentialsOnSecureDesktop = 1, kCredentials = 3, kRefuse = 0;
  if (policy.enabled == 0) return "User Account Control is switched off (EnableLUA is 0)";
  if (policy.elevation_type == kLimited) {
    const auto behaviour = policy.for_administrators;
    if (behaviour == kCredentialsOnSecureDesktop || behaviour == kCredentials) return "";
    return "the console's user is an administrator, who is asked for consent and not for credentials "
           "(ConsentPromptBehaviorAdmin is " +
           std::to_string(behaviour) + "; 1 asks for credentials)";
  }
  if (policy.administrator)
    return "the console's user has an administrator's rights already and is not asked";
  if (policy.for_users == kRefuse)
    return "standard users are refused unasked (ConsentPromptBehaviorUser is 0)";
  return "";
}

}  // namespace smx::agent
