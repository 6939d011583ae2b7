#include "vm/registry/system_hive.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "vm/registry/values.h"

namespace smx::vm {
SystemHive::SystemHive(const Hive& hive) : hive_(hive) {
  const auto select = hive.find(hive.root(), "Select");
  const auto current = select ? dword_of(hive.value(*select, "Current")) : std::nullopt;
  const auto set = current && *current > 0 && *current < 1000
                       ? hive.find(hive.root(), fmt::format("ControlSet{:03}", *current))
                       : std::nullopt;
  if (!set) throw Error(ErrorKind::usage, hive.name() + " is no SYSTEM hive with a current control set");
  control_set_ = static_cast<int>(*current);
  set_ = *set;
}

std::optional<RegistryValue> SystemHive::value(const std::string& path, const std::string& name) const {
  const auto key = hive_.find(set_, path);
  return key ? hive_.value(*key, name) : std::nullopt;
}

std::vector<SafeBootEntry> SystemHive::safe_boot(const std::string& list) const {
  std::vector<SafeBootEntry> entries;
  const auto key = hive_.find(set_, "Control\\SafeBoot\\" + list);
  if (!key) return entries;
  for (const auto child : hive_.children(*key))
    entries.push_back({hive_.name_of(child), text_of(hive_.value(child, ""))});
  return entries;
}

std::vector<WindowsService> SystemHive::services(const std::vector<std::string>& names) const {
  std::vector<WindowsService> found;
  const auto services = hive_.find(set_, "Services");
  if (!services) return found;
  for (const auto& name : names) {
    const auto key = hive_.find(*services, name);
    if (!key) continue;
    found.push_back({hive_.name_of(*key), dword_of(hive_.value(*key, "Start")),
                     dword_of(hive_.value(*key, "Type")), text_of(hive_.value(*key, "Group")),
                     text_of(hive_.value(*key, "ImagePath"))});
  }
  return found;
}

bool SystemHive::fast_startup() const {
  return dword_of(value("Control\\Session Manager\\Power", "HiberbootEnabled")).value_or(0) != 0;
}

std::string SystemHive::architecture() const {
  return text_of(value("Control\\Session Manager\\Environment", "PROCESSOR_ARCHITECTURE"));
}

bool SystemHive::password_changes_off() const {
  return dword_of(value("Services\\Netlogon\\Parameters", "DisablePasswordChange")).value_or(0) != 0;
}

}  // namespace smx::vm
