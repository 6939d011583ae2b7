#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/windows_inspection.h"
#include "vm/registry/hive.h"

namespace smx::vm {

/// \Windows\System32\config\SYSTEM: what the control set that Windows would boot says of Safe Mode and of
/// services. Every function throws Error(usage) for a damaged hive.
class SystemHive {
 public:
  /// `hive` outlives this. Throws Error(usage) when it has no Select\Current with a control set.
  explicit SystemHive(const Hive& hive);

  int control_set() const { return control_set_; }
  /// Control\SafeBoot\<list>: "Network" or "Minimal". Empty when there is none.
  std::vector<SafeBootEntry> safe_boot(const std::string& list) const;
  /// The services of these names that are there, in their order, and after them those that they depend on,
  /// at whatever distance, by name or by group. Throws Error(usage) for more than 512 of them.
  std::vector<WindowsService> services(const std::vector<std::string>& names) const;
  /// Control\Session Manager\Power, HiberbootEnabled: a shut-down would hibernate the kernel, where the
  /// machine can hibernate.
  bool fast_startup() const;
  /// Control\Session Manager\Environment, PROCESSOR_ARCHITECTURE: "AMD64", "x86"; empty when it is not there.
  std::string architecture() const;
  /// Services\Netlogon\Parameters, DisablePasswordChange.
  bool password_changes_off() const;

 private:
  WindowsService service(Hive::Key key) const;
  /// Every service that has a group, by its key's name.
  std::vector<std::pair<std::string, std::string>> groups(Hive::Key services) const;
  std::optional<RegistryValue> value(const std::string& path, const std::string& name) const;

  const Hive& hive_;
  int control_set_ = 0;
  Hive::Key set_ = 0;
};

}  // namespace smx::vm
