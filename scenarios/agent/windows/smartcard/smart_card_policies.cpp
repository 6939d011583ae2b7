#include "scenarios/agent/windows/smartcard/smart_card_policies.h"

#include "scenarios/agent/windows/win32/registry.h"

namespace smx::agent {

SmartCardPolicies smart_card_policies() {
  const std::string windows = "SOFTWARE\\Policies\\Microsoft\\Windows\\";
  const RegistryKey pnp(HKEY_LOCAL_MACHINE, windows + "ScPnP");
  const RegistryKey propagation(HKEY_LOCAL_MACHINE, windows + "CertProp");
  const RegistryKey provider(HKEY_LOCAL_MACHINE, windows + "SmartCardCredentialProvider");
  return {pnp.number("EnableScPnP"), propagation.number("CertPropEnabled"),
          propagation.number("CertPropRootEnabled"), provider.number("AllowIntegratedUnblock")};
}

}  // namespace smx::agent
