#include "scenarios/agent/windows/platform/windows_platform.h"

#include "scenarios/agent/core/pcsc.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/network_interfaces.h"
#include "scenarios/agent/windows/win32/registry.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

constexpr Deadline::Duration kStartLimit{30000};
constexpr const wchar_t* kKeptKey = L"SOFTWARE\\safemode-matrix";

/// Dhcp brings the network up where addresses are not fixed; a boot mode without a network does not start it.
/// Any other error of it says nothing: fixed addresses do without, and Wine's network is its host's.
void require_network(const Deadline& deadline) {
  constexpr const char* kDhcp = "Dhcp";
  const auto end = start_service(kDhcp, deadline);
  if (end.error == kNotSafebootService) throw service_failure(kDhcp, end.refused, end.error, "no-network");
  if (working_network_interfaces().empty())
    throw StepFailure(CheckOutcome::failed, "no-network",
                      "no network interface works" +
                          (service_runs(end.error) ? std::string() : "; Dhcp: " + error_text(end.error)));
}

void require_service(const char* name, const char* otherwise, const Deadline& deadline) {
  const auto end = start_service(name, Deadline(deadline.remaining(kStartLimit)));
  if (!service_runs(end.error)) throw service_failure(name, end.refused, end.error, otherwise);
}

}  // namespace

void WindowsPlatform::require(SystemService service, const Deadline& deadline) {
  switch (service) {
    case SystemService::smart_card: return require_service("SCardSvr", "no-smart-card-service", deadline);
    case SystemService::certificate_propagation:
      return require_service("CertPropSvc", "no-propagation-service", deadline);
    case SystemService::network: return require_network(deadline);
  }
}

std::unique_ptr<SmartCards> WindowsPlatform::smart_cards(const Deadline& deadline) {
  if (auto cards = Pcsc::open()) return cards;
  require(SystemService::smart_card, deadline);
  if (auto cards = Pcsc::open()) return cards;
  throw StepFailure(CheckOutcome::failed, "no-smart-card-service",
                    "the smart card service was started, but does not answer (SCARD_E_NO_SERVICE)");
}

std::string WindowsPlatform::run_folder() const {
  return windows_folder() + "\\Temp";
}

void WindowsPlatform::keep(const std::string& key, const std::string& text) {
  HKEY kept = nullptr;
  // Wine's registry ends with its last process, and takes a volatile key along; its guest has no other boot.
  const DWORD lasts = wine_version().empty() ? REG_OPTION_VOLATILE : REG_OPTION_NON_VOLATILE;
  const auto opened = RegCreateKeyExW(HKEY_LOCAL_MACHINE, kKeptKey, 0, nullptr, lasts,
                                      KEY_SET_VALUE | KEY_WOW64_64KEY, nullptr, &kept, nullptr);
  if (opened != ERROR_SUCCESS) throw_trouble("keeping a phase's state", static_cast<DWORD>(opened));
  const auto value = wide(text);
  const auto size = static_cast<DWORD>((value.size() + 1) * sizeof(wchar_t));
  const auto set =
      RegSetValueExW(kept, wide(key).c_str(), 0, REG_SZ, reinterpret_cast<const BYTE*>(value.c_str()), size);
  RegCloseKey(kept);
  if (set != ERROR_SUCCESS) throw_trouble("keeping a phase's state", static_cast<DWORD>(set));
}

std::string WindowsPlatform::take(const std::string& key) {
  std::string text;
  HKEY kept = nullptr;
  if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, kKeptKey, 0, KEY_READ | KEY_SET_VALUE | KEY_WOW64_64KEY, &kept) !=
      ERROR_SUCCESS)
    return text;
  text = RegistryKey(HKEY_LOCAL_MACHINE, narrow(kKeptKey)).text(key).value_or("");
  RegDeleteValueW(kept, wide(key).c_str());
  RegCloseKey(kept);
  // The last one out; with values in it the key stays, for others may still keep something there.
  if (RegistryKey(HKEY_LOCAL_MACHINE, narrow(kKeptKey)).value_names().empty())
    RegDeleteKeyExW(HKEY_LOCAL_MACHINE, kKeptKey, KEY_WOW64_64KEY, 0);
  return text;
}

bool is_administrator() {
  // A token that User Account Control has filtered holds the group for denial only, and is not a member then.
  SID_IDENTIFIER_AUTHORITY authority = SECURITY_NT_AUTHORITY;
  PSID administrators = nullptr;
  if (AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0,
                               0, 0, 0, &administrators) == 0)
    return false;
  BOOL member = FALSE;
  const bool known = CheckTokenMembership(nullptr, administrators, &member) != 0;
  FreeSid(administrators);
  return known && member != FALSE;
}

void require_administrator() {
  if (is_administrator()) return;
  throw StepFailure(
      CheckOutcome::blocked, "not-administrator",
      "administrative credentials are needed, and this process has none in force; run the agent "
      "as LocalSystem or elevated",
      true);
}

}  // namespace smx::agent
