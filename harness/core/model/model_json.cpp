#include "harness/core/model/model_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/json_array.h"

namespace smx {
namespace {

using nlohmann::json;

json marks_to_json(const std::map<BootMode, TableMark>& marks) {
  json j = json::object();
  for (const auto& [mode, mark] : marks) j[std::string(name(mode))] = to_json(mark);
  return j;
}

/// {"env": "NAME"}, as in a matrix; {} names none.
json to_json(const SecretReference& v) {
  return v.empty() ? json::object() : json{{v.kind, v.name}};
}

json to_json(const Target& v) {
  json j = {{"id", v.id},
            {"kind", name(v.kind)},
            {"image", v.image},
            {"support_table", v.support_table},
            {"smart_card_plug_and_play", v.smart_card_plug_and_play}};
  if (v.kind != TargetKind::windows) return j;
  j["mode_switch"] = name(v.mode_switch);
  j["screen"] = v.screen;
  j["drivers"] = json::array();
  for (const auto& d : v.drivers)
    j["drivers"].push_back({{"inf", d.inf}, {"msi", d.msi}, {"certificate", d.certificate}});
  return j;
}

json to_json(const LabAddress& v) {
  return {{"host", v.host}, {"port", v.port}, {"name", v.name}};
}

json to_json(const Lab& v) {
  if (!v.external()) return {{"kind", name(v.domain.kind)}};
  return {{"kind", name(v.domain.kind)},
          {"realm", v.domain.realm},
          {"domain", v.domain.domain},
          {"user", v.domain.user},
          {"other_user", v.domain.other_user},
          {"ca", v.ca},
          {"crl", v.crl},
          {"kdc", to_json(v.domain.kdc)},
          {"web", to_json(v.domain.web)},
          {"share", v.domain.share},
          {"join_user", v.join_user},
          {"join_password", to_json(v.join_password)}};
}

}  // namespace

json to_json(const TableMark& v) {
  json j = {{"mark", name(v.mark)}, {"known", name(v.known)}, {"why", v.why}};
  if (v.confirmed)
    j["confirmed"] = {{"mark", name(v.confirmed->mark)},
                      {"by", v.confirmed->by},
                      {"when", v.confirmed->when},
                      {"source", v.confirmed->source}};
  return j;
}

json to_json(const ScenarioStep& v) {
  switch (v.kind) {
    case ScenarioStep::Kind::insert_card: return {{"card", "insert"}};
    case ScenarioStep::Kind::remove_card: return {{"card", "remove"}};
    case ScenarioStep::Kind::card_fault: return {{"card", "fault"}, {"fault", v.what}};
    case ScenarioStep::Kind::cut_network: return {{"network", "cut"}};
    case ScenarioStep::Kind::restore_network: return {{"network", "restore"}};
    case ScenarioStep::Kind::press: return {{"press", v.what}};
    case ScenarioStep::Kind::type: return {{"type", v.what}};
    case ScenarioStep::Kind::picture: return {{"picture", v.what}};
    case ScenarioStep::Kind::agent: break;
  }
  return {{"agent", v.what}};
}

json to_json(const ScenarioOnTarget& v) {
  json j = {{"agent", v.agent}, {"waits_for", v.waits_for}, {"proven", v.proven}};
  if (!v.screen) return j;
  j["screen"] = {{"steps", array_of(v.screen->steps)},
                 {"checks", v.screen->checks},
                 {"time_limit_ms", v.screen->time_limit.count()}};
  return j;
}

json to_json(const Waiver& v) {
  return {{"cell", v.cell}, {"owner", v.owner}, {"reason", v.reason}, {"expires", v.expires}};
}

json to_json(const CellId& v) {
  return {{"target", v.target}, {"mode", name(v.mode)}, {"reader", v.reader}, {"scenario", v.scenario}};
}

json to_json(const Cell& v) {
  return {{"id", to_json(v.id)},
          {"row", v.row},
          {"words", v.words},
          {"not_covered", v.not_covered},
          {"added_control", v.added_control}};
}

json to_json(const BootGroup& v) {
  return {{"id", v.id},           {"target", v.target}, {"state", name(v.state)},
          {"mode", name(v.mode)}, {"reader", v.reader}, {"cells", v.cells}};
}

json to_json(const Fact& v) {
  return {{"name", v.name},
          {"expected", v.expected},
          {"actual", v.actual},
          {"agrees", v.agrees},
          {"source", v.source}};
}

std::string iso8601(TimePoint t) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(t);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds.time_since_epoch().count()),
                     (t - seconds).count());
}

json to_json(const Scenario& v) {
  json targets = json::object();
  for (const auto& [kind, t] : v.targets) targets[std::string(name(kind))] = to_json(t);
  return {{"id", v.id},
          {"row", v.row},
          {"words", v.words},
          {"summary", v.summary},
          {"state", name(v.state)},
          {"needs", v.needs},
          {"credentials", v.credentials},
          {"changes", name(v.changes)},
          {"time_limit_ms", v.time_limit.count()},
          {"checks", v.checks},
          {"steps", array_of(v.steps)},
          {"verify", v.verify},
          {"plug_and_play_checks", v.plug_and_play_checks},
          {"targets", targets},
          {"notes", v.notes}};
}

json to_json(const SupportTable& v) {
  json rows = json::array();
  for (const auto& r : v.rows)
    rows.push_back(
        {{"row", r.row}, {"scenario", r.scenario}, {"words", r.words}, {"marks", marks_to_json(r.marks)}});
  return {{"id", v.id},
          {"document", v.document},
          {"section", v.section},
          {"applies_to", v.applies_to},
          {"defaults", marks_to_json(v.defaults)},
          {"rows", rows}};
}

json to_json(const Matrix& v) {
  json j = {{"name", v.name},           {"file", v.file},
            {"scenarios", v.scenarios}, {"attempts", v.attempts},
            {"targets", json::array()}, {"modes", json::array()},
            {"cards", json::array()},   {"readers", json::array()},
            {"waivers", json::array()}, {"boot_limit_ms", v.boot_limit.count()},
            {"lab", to_json(v.lab)}};
  for (const auto& t : v.targets) j["targets"].push_back(to_json(t));
  for (const auto mode : v.modes) j["modes"].push_back(name(mode));
  for (const auto& c : v.cards)
    j["cards"].push_back({{"id", c.id},
                          {"application", name(c.application)},
                          {"solution", name(c.solution)},
                          {"key", c.key},
                          {"file", c.file},
                          {"pin", to_json(c.pin)},
                          {"puk", to_json(c.puk)},
                          {"certificate", c.certificate},
                          {"allow_blocking", c.allow_blocking}});
  for (const auto& r : v.readers)
    j["readers"].push_back({{"id", r.id}, {"kind", name(r.kind)}, {"card", r.card}, {"device", r.device}});
  for (const auto& w : v.waivers) j["waivers"].push_back(to_json(w));
  return j;
}

json to_json(const Plan& v) {
  json tables = json::object();
  for (const auto& [id, table] : v.tables) tables[id] = to_json(table);
  return {{"matrix", to_json(v.matrix)},
          {"catalogue", array_of(v.catalogue.scenarios)},
          {"tables", tables},
          {"cells", array_of(v.cells)},
          {"groups", array_of(v.groups)},
          {"warnings", v.warnings},
          {"estimate_ms", v.estimate.count()}};
}

json to_json(const Evidence& v) {
  return {{"name", v.name},
          {"sha256", v.sha256},
          {"size", v.size},
          {"media_type", v.media_type},
          {"truncated", v.truncated}};
}

json to_json(const Check& v) {
  return {
      {"id", v.id}, {"outcome", name(v.outcome)}, {"cause", v.cause}, {"message", v.message}, {"by", v.by}};
}

json to_json(const Observation& v) {
  return {{"outcome", name(v.outcome)},
          {"cause", v.cause},
          {"message", v.message},
          {"checks", array_of(v.checks)},
          {"evidence", array_of(v.evidence)}};
}

json to_json(const Attempt& v) {
  return {{"cell", v.cell.str()},
          {"number", v.number},
          {"group", v.group},
          {"boot", v.boot},
          {"started", iso8601(v.started)},
          {"ended", iso8601(v.ended)},
          {"observation", to_json(v.observation)}};
}

json to_json(const Proof& v) {
  return {{"proven", v.proven}, {"facts", array_of(v.facts)}};
}

json to_json(const Boot& v) {
  return {{"group", v.group},
          {"number", v.number},
          {"started", iso8601(v.started)},
          {"ended", iso8601(v.ended)},
          {"to_agent_ms", v.to_agent.count()},
          {"mode", to_json(v.mode)},
          {"reader", to_json(v.reader)},
          {"trouble", v.trouble},
          {"evidence", array_of(v.evidence)}};
}

json to_json(const RunInfo& v) {
  json j = {{"id", v.id},
            {"started", iso8601(v.started)},
            {"harness_version", v.harness_version},
            {"environment", v.environment}};
  for (const auto& p : v.predictions) {
    auto prediction = to_json(p.prediction);
    prediction["target"] = p.target;
    j["predictions"].push_back(std::move(prediction));
  }
  for (const auto& u : v.unchanged)
    j["unchanged"].push_back({{"cell", to_json(u.cell)},
                              {"run", u.run},
                              {"outcome", name(u.outcome)},
                              {"cause", u.cause},
                              {"input_key", u.input_key}});
  return j;
}

json to_json(const CellVerdict& v) {
  json j = {
      {"verdict", name(v.verdict)}, {"control", name(v.control)}, {"expectation", to_json(v.expectation)},
      {"outcome", nullptr},         {"reason", v.reason},         {"flaky", v.flaky}};
  if (v.outcome) j["outcome"] = name(*v.outcome);
  if (v.waiver) j["waiver"] = to_json(*v.waiver);
  return j;
}

}  // namespace smx
