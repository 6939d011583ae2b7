#include "scenarios/agent/core/agent_scenario.h"

#include <chrono>

#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/win32/boot_entry.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/network_interfaces.h"
#include "scenarios/agent/windows/win32/os_version.h"
#include "scenarios/agent/windows/win32/registry.h"
#include "scenarios/agent/windows/win32/services.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/usb_devices.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

/// On no SafeBoot list of any Windows that was looked at, and harmless to start.
constexpr const char* kProbeService = "seclogon";
constexpr Deadline::Duration kProbeLimit{10000};

/// What the scenarios stand on, and what is told of SafeBoot's lists.
constexpr const char* kServices[] = {
    "SCardSvr",   "CertPropSvc", "ScDeviceEnum",  "SCPolicySvc", "TermService", "UmRdpService",
    "SessionEnv", "CryptSvc",    "KeyIso",        "VaultSvc",    "Netlogon",    "LanmanWorkstation",
    "Appinfo",    "PlugPlay",    "DeviceInstall", "EventLog",    "Winmgmt",     "Dhcp",
    "Dnscache",   "W32Time",     "gpsvc",         "Schedule",    "QEMU-GA"};

void os(Details& details) {
  const auto os = os_version();
  details.set({"os", "product_name"}, os.product_name);
  details.set({"os", "version"}, os.version);
  details.set({"os", "build"}, os.build);
  details.set({"os", "edition"}, os.edition);
  details.set({"os", "architecture"}, os.architecture);
  const auto wine = wine_version();
  if (!wine.empty()) details.set({"os", "wine"}, wine);
}

void set_number(Details& details, const char* name, const std::optional<std::uint32_t>& number) {
  if (number) details.set({"safeboot", name}, std::int64_t{*number});
}

void safeboot(Details& details) {
  const RegistryKey option(HKEY_LOCAL_MACHINE, "SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Option");
  set_number(details, "option_value", option.number("OptionValue"));
  set_number(details, "use_alternate_shell", option.number("UseAlternateShell"));
  details.set({"safeboot", "clean_boot"}, std::int64_t{GetSystemMetrics(SM_CLEANBOOT)});
  wchar_t value[256];
  const auto size = GetEnvironmentVariableW(L"SAFEBOOT_OPTION", value, 256);
  details.set({"safeboot", "environment"}, narrow({value, size < 256 ? size : 0}));
  const RegistryKey control(HKEY_LOCAL_MACHINE, "SYSTEM\\CurrentControlSet\\Control");
  details.set({"safeboot", "start_options"}, control.text("SystemStartOptions").value_or(""));
  if (const auto element = booted_safeboot_element()) details.set({"safeboot", "bcd_element"}, *element);
}

void boot_log(Details& details) {
  const auto size = size_of_file(windows_folder() + "\\ntbtlog.txt");
  details.set({"boot_log", "present"}, size.has_value());
  details.set({"boot_log", "size"}, static_cast<std::int64_t>(size.value_or(0)));
}

void probe(const Deadline& deadline, Details& details) {
  const auto end = start_service(kProbeService, Deadline(deadline.remaining(kProbeLimit)));
  details.set({"probe", "service"}, kProbeService);
  details.set({"probe", "error"}, std::int64_t{end.error});
  if (end.error == 0) stop_service(kProbeService);  // as it was found
}

void run_facts(ScenarioContext& context) {
  auto& details = context.details;
  os(details);
  details.set({"administrator"}, is_administrator());
  safeboot(details);
  boot_log(details);
  probe(context.deadline, details);
  for (const auto* name : kServices) details.set({"services", name}, state_of_service(name));
  details.set({"usb_devices"}, usb_devices());
  details.set({"network_interfaces"}, network_interfaces());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  details.set({"clock_unix_ms"},
              std::int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()});
}

}  // namespace

/// No checks: what the controller proves the boot mode and the reader's attachment with
/// (docs/agent-protocol.md, "Facts").
AgentScenario facts() {
  return {"facts", {{"main", {}}}, run_facts};
}

}  // namespace smx::agent
