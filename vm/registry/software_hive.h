#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/windows_inspection.h"
#include "vm/registry/hive.h"

namespace smx::vm {

/// \Windows\System32\config\SOFTWARE: which Windows it is, the policies of smart cards, and the cards that
/// it knows. Every function throws Error(usage) for a damaged hive.
class SoftwareHive {
 public:
  /// `hive` outlives this. Throws Error(usage) when it has no Microsoft\Windows NT\CurrentVersion.
  explicit SoftwareHive(const Hive& hive);

  std::string product() const;       ///< ProductName
  std::string edition() const;       ///< EditionID
  std::string installation() const;  ///< InstallationType
  /// "10.0.19045.3803": major, minor, build, and the update's number (UBR) where there is one. Before
  /// Windows 10 the first two come from CurrentVersion ("6.1"), which says 6.3 ever since.
  std::string version() const;
  /// Policies\Microsoft\Windows\ScPnP, EnableScPnP. Nothing: not set.
  std::optional<bool> plug_and_play() const;
  /// Policies\Microsoft\Windows\CertProp, CertPropEnabled. Nothing: not set.
  std::optional<bool> propagation() const;
  /// Microsoft\Cryptography\Calais\SmartCards, at most 1000; value 80000001 names the minidriver.
  std::vector<KnownCard> cards() const;

 private:
  std::optional<RegistryValue> value(const std::string& path, const std::string& name) const;
  std::string version_text(const std::string& name) const;

  const Hive& hive_;
};

}  // namespace smx::vm
