#include "scenarios/agent/windows/logon/logon_events.h"

#include <algorithm>

#include "scenarios/agent/windows/win32/system_error.h"

namespace smx::agent {
namespace {

constexpr std::uint32_t kLoggedOn = 4624, kRefused = 4625;

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return small(x) == small(y); });
}

/// ntstatus.h: STATUS_PKINIT_FAILURE, STATUS_SMARTCARD_SUBSYSTEM_FAILURE, and from STATUS_SMARTCARD_WRONG_PIN
/// to STATUS_SMARTCARD_CERT_EXPIRED.
bool only_smart_cards_have(std::uint32_t status) {
  return status == 0xc0000320 || status == 0xc0000321 || (status >= 0xc0000380 && status <= 0xc000038d);
}

bool is_wrong_password(const LogonEvent& event) {
  constexpr std::uint32_t kWrongPassword = 0xc000006a;  // STATUS_WRONG_PASSWORD
  return event.id == kRefused && (event.status == kWrongPassword || event.substatus == kWrongPassword);
}

bool names_no_user(const std::string& user) {
  return user.empty() || user == "-";
}

/// A refusal names no SID, and of a card often no user.
bool is_about(const LogonEvent& event, const LogonSearch& search) {
  if (event.id == kLoggedOn) return event.sid == search.sid;
  if (event.id != kRefused || is_wrong_password(event)) return false;
  if (event.sid == search.sid || event.user.starts_with("@@")) return true;
  if (names_no_user(event.user))
    return only_smart_cards_have(event.status) || only_smart_cards_have(event.substatus);
  return same_name(event.user.substr(0, event.user.find('@')), search.user);
}

LogonVerdict::Kind kind_of(const LogonEvent& event, const LogonSearch& search) {
  using Kind = LogonVerdict::Kind;
  if (is_wrong_password(event)) return Kind::wrong_tile;
  if (!is_about(event, search)) return Kind::none;
  if (event.id == kRefused) return Kind::refused;
  const auto& types = search.types;
  return std::find(types.begin(), types.end(), event.type) != types.end() ? Kind::accepted : Kind::other_type;
}

}  // namespace

LogonVerdict judge_logons(const std::vector<LogonEvent>& events, const LogonSearch& search) {
  LogonVerdict verdict;
  for (const auto& event : events)
    if (const auto kind = kind_of(event, search); kind > verdict.kind) verdict = {kind, event};
  return verdict;
}

std::string describe(const LogonEvent& event) {
  auto text = std::to_string(event.id) + " type " + std::to_string(event.type) + " " +
              (event.domain.empty() ? "" : event.domain + "\\") + event.user;
  if (event.id != kRefused) return text + " (" + event.sid + ")";
  return text + ", " + error_text(event.status) +
         (event.substatus == 0 ? "" : ", " + error_text(event.substatus));
}

}  // namespace smx::agent
