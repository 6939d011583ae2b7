#include "harness/core/model/scenario.h"

#include <algorithm>
#include <limits>

namespace smx {

std::string row_words(int row) {
  return row == kOwnCheck ? "own check" : "row " + std::to_string(row);
}

std::string row_label(int row) {
  return row == kOwnCheck ? "own check" : std::to_string(row);
}

std::pair<int, std::string> report_position(int row, const std::string& scenario) {
  if (row == kOwnCheck) return {std::numeric_limits<int>::max(), scenario};
  return {row, {}};
}

bool is_of_the_lab(const std::string& need) {
  return need == "domain-controller" || need == "certification-authority" || need == "network-resource";
}

bool Scenario::needs_lab() const {
  return std::any_of(needs.begin(), needs.end(), is_of_the_lab);
}

const Scenario* Catalogue::find(const std::string& id) const {
  const auto it =
      std::find_if(scenarios.begin(), scenarios.end(), [&](const Scenario& s) { return s.id == id; });
  return it == scenarios.end() ? nullptr : &*it;
}

}  // namespace smx
