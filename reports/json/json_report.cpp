#include "reports/json/json_report.h"

#include <nlohmann/json.hpp>

#include "harness/compare/compare_json.h"
#include "harness/core/json_array.h"
#include "harness/core/model/model_json.h"
#include "reports/common/details.h"
#include "reports/common/grid.h"
#include "reports/json/json_text.h"

namespace smx {
namespace {

using nlohmann::json;

json cells(const ReportInput& input) {
  json all = json::array();
  const auto& plan = input.record.plan;
  const RecordIndex index(input.record);
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    const auto& cell = plan.cells[i];
    json j = to_json(input.judgement.cells.at(i));
    j["id"] = cell.id.str();
    j["target"] = cell.id.target;
    j["mode"] = smx::name(cell.id.mode);
    j["reader"] = cell.id.reader;
    j["scenario"] = cell.id.scenario;
    j["row"] = cell.row;
    j["words"] = cell.words;
    j["added_control"] = cell.added_control;
    if (!cell.not_covered.empty()) j["waits_for"] = cell.not_covered;
    const auto& attempts = index.attempts(cell.id);
    if (auto by = proved_by(plan, cell, attempts.empty() ? nullptr : attempts.back()); !by.empty())
      j["proved_by"] = std::move(by);
    all.push_back(std::move(j));
  }
  return all;
}

/// Groups name their cells by id: indices would tie a reader to the order of `cells`.
json groups(const Plan& plan) {
  json all = json::array();
  for (const auto& group : plan.groups) {
    json ids = json::array();
    for (const auto cell : group.cells) ids.push_back(plan.cells.at(cell).id.str());
    all.push_back({{"id", group.id},
                   {"target", group.target},
                   {"state", smx::name(group.state)},
                   {"mode", smx::name(group.mode)},
                   {"reader", group.reader},
                   {"cells", std::move(ids)}});
  }
  return all;
}

}  // namespace

nlohmann::json summary_json(const Judgement& judgement) {
  json counts = json::object();
  for (const auto& [verdict, count] : judgement.counts) counts[std::string(smx::name(verdict))] = count;
  return {{"headline", judgement.headline},
          {"exit_code", judgement.exit_code},
          {"counts", std::move(counts)},
          {"flaky", judgement.flaky},
          {"covered", judgement.covered},
          {"not_covered", judgement.not_covered},
          {"unconfirmed_marks", judgement.unconfirmed_marks}};
}

std::string json_report(const ReportInput& input) {
  const auto& record = input.record;
  json tables = json::object();
  for (const auto& [id, table] : record.plan.tables) tables[id] = to_json(table);
  json report = {{"format", 1},
                 {"run", to_json(record.info)},
                 {"end", smx::name(record.end)},
                 {"ended", record.end == RunEnd::unfinished ? json() : json(iso8601(record.ended))},
                 {"summary", summary_json(input.judgement)},
                 {"matrix", to_json(record.plan.matrix)},
                 {"scenarios", array_of(record.plan.catalogue.scenarios)},
                 {"tables", std::move(tables)},
                 {"warnings", record.plan.warnings},
                 {"groups", groups(record.plan)},
                 {"cells", cells(input)},
                 {"boots", array_of(record.boots)},
                 {"attempts", array_of(record.attempts)}};
  if (input.comparison) report["comparison"] = compare::to_json(*input.comparison);
  return json_text(std::move(report));
}

}  // namespace smx
