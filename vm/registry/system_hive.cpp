#include "vm/registry/system_hive.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/utf16.h"
#include "vm/registry/values.h"

namespace smx::vm {
namespace {

constexpr std::size_t kMostServices = 512;     // of a real Windows 10 rows need some fifty
constexpr std::size_t kMostDependencies = 64;  // of one service

/// Names out of a REG_MULTI_SZ, of which each is one key's: no path.
std::vector<std::string> names_of(const std::optional<RegistryValue>& value) {
  std::vector<std::string> names;
  if (!value) return names;
  for (const auto& text : value->texts()) {
    const auto name = sanitize_guest_text(text, 300);
    if (name.empty() || name.find('\\') != std::string::npos) continue;
    if (names.size() == kMostDependencies) break;
    names.push_back(name);
  }
  return names;
}

}  // namespace

SystemHive::SystemHive(const Hive& hive) : hive_(hive) {
  const auto select = hive.find(hive.root(), "Select");
  const auto current = select ? dword_of(hive.value(*select, "Current")) : std::nullopt;
  const auto set = current && *current > 0 && *current < 1000
                       ? hive.find(hive.root(), fmt::format("ControlSet{:03}", *current))
                       : std::nullopt;
  if (!set) throw Error(ErrorKind::usage, hive.name() + " is not a SYSTEM hive with a current control set");
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
  const auto add = [&](const std::string& name) {
    const bool known = std::any_of(found.begin(), found.end(),
                                   [&](const WindowsService& s) { return same_name(s.name, name); });
    const auto key = known ? std::nullopt : hive_.find(*services, name);
    if (!key) return;
    if (found.size() == kMostServices)
      throw Error(ErrorKind::usage,
                  fmt::format("{}: its services depend on more than {} others", hive_.name(), kMostServices));
    found.push_back(service(*key));
  };
  for (const auto& name : names) add(name);
  std::optional<std::vector<std::pair<std::string, std::string>>> members;  // few services ask for them
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto on = found[i].depends_on, on_groups = found[i].depends_on_groups;  // `found` moves as it grows
    for (const auto& name : on) add(name);
    if (!on_groups.empty() && !members) members = groups(*services);
    for (const auto& wanted : on_groups)
      for (const auto& [name, group] : *members)
        if (same_name(group, wanted)) add(name);
  }
  return found;
}

WindowsService SystemHive::service(Hive::Key key) const {
  return {hive_.name_of(key),
          dword_of(hive_.value(key, "Start")),
          dword_of(hive_.value(key, "Type")),
          text_of(hive_.value(key, "Group")),
          text_of(hive_.value(key, "ImagePath")),
          names_of(hive_.value(key, "DependOnService")),
          names_of(hive_.value(key, "DependOnGroup"))};
}

std::vector<std::pair<std::string, std::string>> SystemHive::groups(Hive::Key services) const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto key : hive_.children(services))
    if (const auto group = text_of(hive_.value(key, "Group")); !group.empty())
      all.emplace_back(hive_.name_of(key), group);
  return all;
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
