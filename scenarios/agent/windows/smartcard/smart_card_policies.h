#pragma once

#include <cstdint>
#include <optional>

namespace smx::agent {

/// What the computer's policies say of smart cards; nothing where they say nothing.
struct SmartCardPolicies {
  std::optional<std::uint32_t> plug_and_play;       ///< ScPnP\EnableScPnP; 0 turns it off
  std::optional<std::uint32_t> propagation;         ///< CertProp\CertPropEnabled
  std::optional<std::uint32_t> root_propagation;    ///< CertProp\CertPropRootEnabled
  std::optional<std::uint32_t> integrated_unblock;  ///< SmartCardCredentialProvider\AllowIntegratedUnblock
};

SmartCardPolicies smart_card_policies();

}  // namespace smx::agent
