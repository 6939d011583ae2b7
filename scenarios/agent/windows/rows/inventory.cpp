#include "scenarios/agent/core/agent_scenario.h"

#include <set>

#include "scenarios/agent/windows/smartcard/calais.h"
#include "scenarios/agent/windows/smartcard/smart_card_policies.h"
#include "scenarios/agent/windows/win32/devices.h"
#include "scenarios/agent/windows/win32/file_version.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/hashes.h"
#include "scenarios/agent/windows/win32/os_version.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

/// Below the system folder: Windows' own smart card stack.
constexpr const char* kFiles[] = {"winscard.dll",
                                  "SCardSvr.dll",
                                  "basecsp.dll",
                                  "scksp.dll",
                                  "msclmd.dll",
                                  "certprop.dll",
                                  "SmartcardCredentialProvider.dll",
                                  "kerberos.dll",
                                  "drivers\\scfilter.sys",
                                  "drivers\\WUDFRd.sys",
                                  "drivers\\umpass.sys",
                                  "drivers\\UMDF\\WUDFUsbccidDriver.dll",
                                  "drivers\\UMDF\\UsbccidDriver.dll"};
constexpr std::size_t kMinidrivers = 64;

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}

void set_devices(Details& details, const char* where, const char* class_guid) {
  details.set({where}, Details{});
  for (const auto& device : devices_of_class(class_guid)) {
    const auto set = [&](const char* what, Details::Value value) {
      details.set({where, device.instance, what}, std::move(value));
    };
    set("name", device.name);
    set("hardware_ids", joined(device.hardware_ids));
    set("service", device.service);
    set("driver_version", device.driver_version);
    set("driver_date", device.driver_date);
    set("driver_provider", device.driver_provider);
    set("inf", device.inf);
    set("started", device.started);
    set("problem", std::int64_t{device.problem});
  }
}

void set_file(Details& details, const std::string& name, const std::string& path) {
  const auto size = size_of_file(path);
  details.set({"files", name, "present"}, size.has_value());
  if (!size) return;
  details.set({"files", name, "version"}, file_version(path));
  details.set({"files", name, "sha256"}, hex(sha256_of_file(path)));
}

/// A value 80000001 is a whole path or a name in the system folder of its width.
std::string path_of(const CalaisCard& card) {
  if (card.minidriver.find('\\') != std::string::npos) return card.minidriver;
  const bool foreign = card.in_32_bit_view && os_version().architecture != "x86";
  return (foreign ? windows_folder() + "\\SysWOW64" : system_folder()) + "\\" + card.minidriver;
}

void set_cards(Details& details) {
  details.set({"cards"}, Details{});
  std::set<std::string> drivers;
  for (const auto& card : calais_cards()) {
    const auto name = card.name + (card.in_32_bit_view ? " (32)" : "");
    details.set({"cards", name, "atr"}, hex(card.atr));
    details.set({"cards", name, "minidriver"}, card.minidriver);
    details.set({"cards", name, "provider"}, card.provider);
    if (!card.minidriver.empty() && drivers.size() < kMinidrivers) drivers.insert(path_of(card));
  }
  for (const auto& path : drivers) set_file(details, path, path);
}

void set_policy(Details& details, const char* name, const std::optional<std::uint32_t>& value) {
  if (value) details.set({"policies", name}, std::int64_t{*value});
}

void run_inventory(ScenarioContext& context) {
  auto& details = context.details;
  const auto os = os_version();
  details.set({"os", "product_name"}, os.product_name);
  details.set({"os", "build"}, os.build);
  details.set({"os", "architecture"}, os.architecture);
  if (const auto wine = wine_version(); !wine.empty()) details.set({"os", "wine"}, wine);
  set_devices(details, "readers", kReaderClass);
  set_devices(details, "card_devices", kCardClass);
  for (const auto* name : kFiles) set_file(details, name, system_folder() + "\\" + name);
  set_cards(details);
  const auto policies = smart_card_policies();
  details.set({"policies"}, Details{});
  set_policy(details, "EnableScPnP", policies.plug_and_play);
  set_policy(details, "CertPropEnabled", policies.propagation);
  set_policy(details, "CertPropRootEnabled", policies.root_propagation);
  set_policy(details, "AllowIntegratedUnblock", policies.integrated_unblock);
}

}  // namespace

/// No checks: the drivers that a result depends on (docs/agent-protocol.md, "Inventory"): devices of the two
/// smart card classes, the files of the smart card stack with version and SHA-256, the table of cards, and
/// the policies. Bounded.
AgentScenario inventory() {
  return {"inventory", {{"main", {}}}, run_inventory};
}

}  // namespace smx::agent
