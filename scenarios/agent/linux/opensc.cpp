#include "scenarios/agent/linux/opensc.h"

#include <array>
#include <utility>

namespace smx::agent {

const char* pkcs11_cause(std::string_view talk, const char* otherwise) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 9> kWords{{
      {"CKR_PIN_", "pkcs11-login-failed"},
      {"Login failed", "pkcs11-login-failed"},
      {"PIN incorrect", "pkcs11-login-failed"},
      {"PIN is locked", "pkcs11-login-failed"},
      {"CKR_TOKEN_NOT_PRESENT", "no-card"},
      {"No slot with a token", "no-card"},
      {"No slots", "no-reader"},
      {"No smart card readers", "no-reader"},
      {"no matching key", "no-key"},
  }};
  for (const auto& [word, cause] : kWords)
    if (talk.find(word) != std::string_view::npos) return cause;
  return otherwise;
}

std::string last_line(std::string_view talk) {
  while (!talk.empty() && (talk.back() == '\n' || talk.back() == '\r' || talk.back() == ' '))
    talk.remove_suffix(1);
  const auto begin = talk.rfind('\n');
  if (begin != std::string_view::npos) talk.remove_prefix(begin + 1);
  return std::string(talk.substr(0, 300));
}

}  // namespace smx::agent
