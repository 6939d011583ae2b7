#include "harness/core/windows_inspection.h"

#include <algorithm>
#include <cstdio>

#include "harness/core/utf16.h"

namespace smx {

std::string WindowsService::file() const {
  const auto file = image_path.substr(image_path.find_last_of("\\/") + 1);
  return file.empty() ? name + ".sys" : file;
}

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
  if (!found) return false;
  return (!found->group.empty() && has_entry(list(mode), found->group)) ||
         (found->driver() && has_entry(list(mode), found->file()));
}

// Microsoft, "Protocols in TLS/SSL (Schannel SSP)": TLS 1.3 came with Server 2022 (build 20348) and
// Windows 11.
bool WindowsInspection::lacks_tls13() const {
  constexpr unsigned kFirstBuildWithIt = 20348;
  unsigned major = 0, minor = 0, build = 0;
  return std::sscanf(version.c_str(), "%9u.%9u.%9u", &major, &minor, &build) == 3 &&
         build < kFirstBuildWithIt;
}

bool WindowsInspection::prepared() const {
  return has_entry(network, "QEMU-GA") && has_entry(minimal, "QEMU-GA");
}

}  // namespace smx
