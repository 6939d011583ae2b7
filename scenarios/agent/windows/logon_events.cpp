#include "scenarios/agent/windows/logon_events.h"

#include <algorithm>

#include "scenarios/agent/windows/system_error.h"

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

bool names_nobody(const std::string& user) {
  return user.empty() || user == "-";
}

}  // namespace

bool is_about(const LogonEvent& event, const LogonSearch& search) {
  if (event.id == kLoggedOn) return event.sid == search.sid;
  if (event.id != kRefused) return false;
  if (event.sid == search.sid || event.user.starts_with("@@")) return true;
  if (names_nobody(event.user))
    return only_smart_cards_have(event.status) || only_smart_cards_have(event.substatus);
  return same_name(event.user.substr(0, event.user.find('@')), search.user);
}

LogonVerdict judge_logons(const std::vector<LogonEvent>& events, const LogonSearch& search) {
  using Kind = LogonVerdict::Kind;
  LogonVerdict verdict;
  const auto better = [&](Kind kind) {
    const auto worth = [](Kind k) {
      return k == Kind::accepted ? 3 : k == Kind::refused ? 2 : k != Kind::none;
    };
    return worth(kind) > worth(verdict.kind);
  };
  for (const auto& event : events) {
    if (!is_about(event, search)) continue;
    const auto& types = search.types;
    const bool wanted = std::find(types.begin(), types.end(), event.type) != types.end();
    const auto kind = event.id == kRefused ? Kind::refused : wanted ? Kind::accepted : Kind::other_type;
    if (better(kind)) verdict = {kind, event};
  }
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
