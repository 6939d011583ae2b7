#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/core/files.h"

namespace smx {

/// The scenarios that the program has, as their files say.
inline std::vector<nlohmann::json> installed_catalogue() {
  std::vector<nlohmann::json> scenarios;
  const auto folder = std::filesystem::path(SMX_PROGRAM).parent_path() / "../share/safemode-matrix/catalogue";
  for (const auto& file : std::filesystem::directory_iterator(folder))
    scenarios.push_back(nlohmann::json::parse(read_file(file.path())));
  return scenarios;
}

/// Those of them that are implemented for a kind of target, by id.
inline std::set<std::string> implemented_on(const std::string& kind) {
  std::set<std::string> ids;
  for (const auto& scenario : installed_catalogue()) {
    const auto on = scenario.at("targets").value(kind, nlohmann::json::object());
    if (on.contains("agent")) ids.insert(scenario.at("id"));
  }
  return ids;
}

/// Whether a scenario is no row of the document, and so in no support table that ships.
inline bool is_own_check(const std::string& id) {
  for (const auto& scenario : installed_catalogue())
    if (scenario.at("id") == id) return !scenario.contains("row");
  return false;
}

}  // namespace smx
