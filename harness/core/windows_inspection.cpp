#include "harness/core/windows_inspection.h"

#include <algorithm>

#include "harness/core/utf16.h"

namespace smx {

bool has_entry(const std::vector<SafeBootEntry>& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const auto& entry) { return same_name(entry.name, name); });
}

const WindowsService* WindowsInspection::service(const std::string& name) const {
  const auto it = std::find_if(services.begin(), services.end(),
                               [&](const auto& service) { return same_name(service.name, name); });
  return it == services.end() ? nullptr : &*it;
}

bool WindowsInspection::starts(const std::string& name, BootMode mode) const {
  if (mode == BootMode::normal || has_entry(list(mode), name)) return true;
  const auto* found = service(name);
  return found && !found->group.empty() && has_entry(list(mode), found->group);
}

bool WindowsInspection::prepared() const {
  return has_entry(network, "QEMU-GA") && has_entry(minimal, "QEMU-GA");
}

}  // namespace smx
