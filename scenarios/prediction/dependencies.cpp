#include "scenarios/prediction/dependencies.h"

#include <algorithm>
#include <vector>

#include "harness/core/utf16.h"

namespace smx {
namespace {

// On no list, and LanmanServer, which depends on it, is on all of Microsoft's: lsass.exe has it running
// before any service is started.
constexpr auto kPartOfLsass = "SamSs";

constexpr int kDependencyFails = 1068, kDependencyMissing = 1075;

class Search {
 public:
  Search(const WindowsInspection& windows, const WindowsService& service, BootMode mode)
      : windows_(windows), mode_(mode), reached_{&service} {}

  std::optional<BrokenDependency> run() {
    for (std::size_t i = 0; i < reached_.size(); ++i) {
      const auto* service = reached_[i];
      for (const auto& name : service->depends_on)
        if (auto broken = look_at(name, *service)) return broken;
      for (const auto& group : service->depends_on_groups)
        if (auto broken = look_at_group(group, *service)) return broken;
    }
    return std::nullopt;
  }

 private:
  std::optional<BrokenDependency> look_at(const std::string& name, const WindowsService& whose) {
    const auto* service = windows_.service(name);
    if (!service)
      return BrokenDependency{way_to(name, whose) + "which is not installed", "service-missing",
                              kDependencyMissing};
    if (!windows_.starts(name, mode_) && !same_name(name, kPartOfLsass))
      return BrokenDependency{way_to(name, whose) + "which is not on the " + list_name(mode_) + " list",
                              "not-in-safeboot", kDependencyFails};
    if (service->disabled())
      return BrokenDependency{way_to(name, whose) + "which is disabled", "service-disabled",
                              kDependencyFails};
    if (std::find(reached_.begin(), reached_.end(), service) == reached_.end()) reached_.push_back(service);
    return std::nullopt;
  }

  // One member that runs is enough (learn.microsoft.com, CreateService, lpDependencies).
  std::optional<BrokenDependency> look_at_group(const std::string& group, const WindowsService& whose) const {
    bool any = false;
    for (const auto& service : windows_.services) {
      if (!same_name(service.group, group)) continue;
      if (windows_.starts(service.name, mode_)) return std::nullopt;
      any = true;
    }
    if (!any || has_entry(windows_.list(mode_), group)) return std::nullopt;
    return BrokenDependency{
        way_to("the group " + group, whose) + "of which nothing is on the " + list_name(mode_) + " list",
        "not-in-safeboot", kDependencyFails};
  }

  /// "bowser, " or, where it is not the service's own dependency, "bowser (by LanmanWorkstation), ".
  std::string way_to(const std::string& name, const WindowsService& whose) const {
    return &whose == reached_.front() ? name + ", " : name + " (by " + whose.name + "), ";
  }

  const WindowsInspection& windows_;
  const BootMode mode_;
  std::vector<const WindowsService*> reached_;  ///< each once, so that a circle ends
};

}  // namespace

std::string list_name(BootMode mode) {
  return mode == BootMode::safe_networking ? "SafeBoot\\Network" : "SafeBoot\\Minimal";
}

std::optional<BrokenDependency> broken_dependency(const WindowsInspection& windows,
                                                  const WindowsService& service, BootMode mode) {
  return Search(windows, service, mode).run();
}

}  // namespace smx
