#include "harness/core/model.h"

#include <algorithm>

#include "harness/core/error.h"

namespace smx {
namespace {

template <class T>
const T& find_by_id(const std::vector<T>& items, const std::string& id, const char* what) {
  const auto it = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == id; });
  if (it == items.end())
    throw Error(ErrorKind::internal, std::string("the plan has no ") + what + " \"" + id + "\"");
  return *it;
}

}  // namespace

bool is_of_the_lab(const std::string& need) {
  return need == "domain-controller" || need == "certification-authority" || need == "network-resource";
}

bool Scenario::needs_lab() const {
  return std::any_of(needs.begin(), needs.end(), is_of_the_lab);
}

const ScreenPart* screen_part(const Scenario& scenario, const Target& target) {
  const auto on = scenario.targets.find(target.kind);
  if (!target.screen || on == scenario.targets.end() || !on->second.screen) return nullptr;
  return &*on->second.screen;
}

const Scenario* Catalogue::find(const std::string& id) const {
  const auto it =
      std::find_if(scenarios.begin(), scenarios.end(), [&](const Scenario& s) { return s.id == id; });
  return it == scenarios.end() ? nullptr : &*it;
}

const Prediction* RunInfo::prediction(const CellId& cell) const {
  const auto it = std::find_if(predictions.begin(), predictions.end(), [&](const TargetPrediction& p) {
    return p.target == cell.target && p.prediction.scenario == cell.scenario &&
           p.prediction.mode == cell.mode;
  });
  return it == predictions.end() ? nullptr : &it->prediction;
}

const TableRow* SupportTable::find(const std::string& scenario) const {
  const auto it =
      std::find_if(rows.begin(), rows.end(), [&](const TableRow& r) { return r.scenario == scenario; });
  return it == rows.end() ? nullptr : &*it;
}

TableMark SupportTable::mark(const std::string& scenario, BootMode mode) const {
  const auto* row = find(scenario);
  if (row) {
    if (const auto it = row->marks.find(mode); it != row->marks.end()) return it->second;
  }
  // A default speaks of the table's rows only; of a scenario that the table does not list it says nothing.
  if (const auto it = defaults.find(mode); row && it != defaults.end()) return it->second;
  return {Mark::unknown, MarkSource::unknown, "the table says nothing of this row in this mode",
          std::nullopt};
}

std::string_view name(RunEnd v) {
  switch (v) {
    case RunEnd::completed: return "completed";
    case RunEnd::interrupted: return "interrupted";
    case RunEnd::unfinished: break;
  }
  return "unfinished";
}

std::optional<RunEnd> parse_run_end(std::string_view text) {
  for (const auto end : {RunEnd::completed, RunEnd::interrupted, RunEnd::unfinished})
    if (name(end) == text) return end;
  return std::nullopt;
}

std::string CellId::str() const {
  return target + "/" + std::string(name(mode)) + "/" + reader + "/" + scenario;
}

const Target& Plan::target(const std::string& id) const {
  return find_by_id(matrix.targets, id, "target");
}
const Reader& Plan::reader(const std::string& id) const {
  return find_by_id(matrix.readers, id, "reader");
}
const Card& Plan::card(const std::string& id) const {
  return find_by_id(matrix.cards, id, "card");
}

}  // namespace smx
