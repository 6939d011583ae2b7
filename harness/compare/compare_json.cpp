#include "harness/compare/compare_json.h"

#include <nlohmann/json.hpp>

#include "harness/core/json_array.h"
#include "harness/core/model/model_json.h"

namespace smx::compare {
namespace {

using nlohmann::json;

json to_json(const CellChange& v, const Comparison& all) {
  json suspects = json::array(), divergences = json::array();
  for (const auto& d : v.divergences)
    divergences.push_back({{"where", d.where}, {"was", d.was}, {"is", d.is}});
  for (const auto i : v.suspects) suspects.push_back(compare::to_json(all.differences.at(i)));
  return {{"cell", v.cell.str()},
          {"change", name(v.change)},
          {"was", v.was},
          {"is", v.is},
          {"message", v.message},
          {"waived", v.waived},
          {"suspects", std::move(suspects)},
          {"last_good", v.last_good},
          {"first_bad", v.first_bad},
          {"divergences", std::move(divergences)}};
}

}  // namespace

json to_json(const Input& v) {
  return {{"kind", name(v.kind)}, {"scope", v.scope}, {"name", v.name}, {"value", v.value}};
}

json to_json(const CellResult& v) {
  json j = {{"cell", v.id.str()},         {"covered", v.covered}, {"outcome", nullptr},
            {"cause", v.cause},           {"message", v.message}, {"flaky", v.flaky},
            {"verdict", name(v.verdict)}, {"mark", name(v.mark)}, {"input_key", v.input_key}};
  if (v.outcome) j["outcome"] = name(*v.outcome);
  if (!v.from_run.empty()) j["from_run"] = v.from_run;
  return j;
}

json to_json(const RunSummary& v) {
  return {{"run", v.id},
          {"matrix", v.matrix},
          {"started", iso8601(v.started)},
          {"ended", v.end == RunEnd::unfinished ? json() : json(iso8601(v.ended))},
          {"end", smx::name(v.end)},
          {"harness_version", v.harness_version},
          {"headline", v.headline},
          {"exit_code", v.exit_code},
          {"cells", array_of(v.cells)},
          {"inputs", array_of(v.inputs)}};
}

json to_json(const Difference& v) {
  return {{"kind", name(v.kind)}, {"scope", v.scope}, {"name", v.name}, {"was", v.was}, {"is", v.is}};
}

json to_json(const Comparison& v) {
  json counts = json::object(), cells = json::array();
  for (const auto& [change, count] : v.counts) counts[std::string(name(change))] = count;
  for (const auto& cell : v.cells) cells.push_back(to_json(cell, v));
  return {{"format", 1},
          {"baseline", v.baseline},
          {"run", v.run},
          {"headline", v.headline},
          {"exit_code", v.exit_code},
          {"counts", std::move(counts)},
          {"cells", std::move(cells)},
          {"differences", array_of(v.differences)}};
}

}  // namespace smx::compare
