#include "scenarios/prediction/rows.h"

#include <algorithm>

namespace smx {

// Which services these rows use was read from Microsoft's documentation of each feature: smart card
// architecture, certificate propagation, Remote Desktop, UAC, NetJoinDomain ("Workstation service").
const std::vector<RowNeeds>& row_needs() {
  static const std::vector<RowNeeds> rows = {
      {1, "domain-logon", {{"Netlogon"}, {"KeyIso"}, {"CryptSvc"}}},
      {2, "cached-logon", {{"Netlogon"}, {"KeyIso"}, {"CryptSvc"}}},
      {3, "rdp-logon-host-safe-mode", {}},
      {4, "rdp-logon-remote-safe-mode", {{"TermService"}, {"UmRdpService"}, {"SessionEnv"}}},
      {5, "unlock-workstation", {{"Netlogon"}, {"KeyIso"}, {"CryptSvc"}}},
      {6, "pin-management", {}},
      {7, "external-pin-entry", {}},
      {8, "network-resource-credui", {{"LanmanWorkstation"}}},
      {9, "ssl-client-authentication", {{"CryptSvc"}, {"KeyIso"}}},
      {10, "certificate-propagation", {{"CertPropSvc"}}},
      // DeviceInstall came with Windows 8.
      {11, "device-management", {{"PlugPlay"}, {"DeviceInstall", true}, {"CertPropSvc", false, true}}},
      {12, "user-account-control", {{"Netlogon"}, {"KeyIso"}, {"CryptSvc"}, {"AppInfo"}}},
      {13, "certutil-scinfo", {{"CryptSvc"}, {"KeyIso"}}},
      {14, "smart-card-enrollment", {{"CryptSvc"}, {"KeyIso"}}},
      {15, "join-domain", {{"LanmanWorkstation"}, {"Netlogon"}}},
      {16, "secure-pin-channel", {}},
  };
  return rows;
}

const RowNeeds* needs_of(const std::string& scenario) {
  const auto& rows = row_needs();
  const auto it =
      std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.scenario == scenario; });
  return it == rows.end() ? nullptr : &*it;
}

const std::vector<NeededService>& common_services() {
  // Readers' drivers run in user mode from Windows 7 on; WudfSvc carried them until 8.1.
  static const std::vector<NeededService> services = {{"SCardSvr"}, {"WudfRd", true}, {"WudfSvc", true}};
  return services;
}

const std::vector<std::string>& services_of_interest() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {"WudfPf",       "scfilter", "UmPass",      "SCPolicySvc",
                                    "ScDeviceEnum", "QEMU-GA",  "VirtioSerial"};
    const auto add = [&all](const std::vector<NeededService>& services) {
      for (const auto& service : services) all.push_back(service.name);
    };
    add(common_services());
    for (const auto& row : row_needs()) add(row.services);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }();
  return names;
}

}  // namespace smx
