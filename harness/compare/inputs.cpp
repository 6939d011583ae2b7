#include "harness/compare/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/compare/inventory.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"

namespace smx::compare {
namespace {

using nlohmann::json;

std::string hash_of(const json& value) {
  return "sha256:" + sha256_hex(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// What the environment's keys "WORD.ID" are about; every other key is about the whole run.
struct Word {
  std::string_view word;
  InputKind kind;
  std::string_view owner;  ///< of the scope
  std::string_view name;   ///< for people, beside the kind
};
constexpr Word kWords[] = {{"image", InputKind::image, "target", "disk"},
                           {"windows", InputKind::image, "target", "Windows"},
                           {"kernel", InputKind::package, "target", "kernel"},
                           {"drivers", InputKind::package, "target", "driver packages"},
                           {"agent", InputKind::harness, "target", "agent"},
                           {"reader", InputKind::reader, "reader", "device"},
                           {"card", InputKind::card, "reader", "certificate"}};

Input from_environment(const std::string& key, const std::string& value) {
  const auto dot = key.find('.');
  if (dot != key.npos)
    for (const auto& [word, kind, owner, title] : kWords)
      if (key.compare(0, dot, word) == 0)
        return {kind, fmt::format("{} {}", owner, key.substr(dot + 1)), std::string(title), value};
  if (key == "harness") return {InputKind::harness, "", "controller", value};
  return {InputKind::host, "", key, value};
}

void add_targets(std::vector<Input>& inputs, const Plan& plan) {
  for (const auto& target : plan.matrix.targets) {
    const auto scope = "target " + target.id;
    inputs.push_back({InputKind::policy, scope, "smart card Plug and Play",
                      target.smart_card_plug_and_play ? "on" : "off"});
    if (const auto table = plan.tables.find(target.support_table); table != plan.tables.end())
      inputs.push_back({InputKind::table, scope, table->first, hash_of(to_json(table->second))});
    if (target.kind != TargetKind::windows) continue;
    inputs.push_back({InputKind::harness, scope, "mode switch", std::string(name(target.mode_switch))});
    inputs.push_back({InputKind::harness, scope, "screen", target.screen ? "used" : "left out"});
  }
}

void add_readers(std::vector<Input>& inputs, const Plan& plan) {
  for (const auto& reader : plan.matrix.readers) {
    const auto scope = "reader " + reader.id;
    const auto& card = plan.card(reader.card);
    inputs.push_back(
        {InputKind::reader, scope, "kind",
         fmt::format("{}{}{}", name(reader.kind), reader.device.empty() ? "" : ", ", reader.device)});
    inputs.push_back({InputKind::card, scope, "kind",
                      fmt::format("{}, {}, {}", name(card.application), name(card.solution), card.key)});
  }
}

}  // namespace

std::vector<Input> inputs_before(const Plan& plan, const std::map<std::string, std::string>& environment) {
  std::vector<Input> inputs;
  for (const auto& [key, value] : environment) inputs.push_back(from_environment(key, value));
  add_targets(inputs, plan);
  add_readers(inputs, plan);
  for (const auto& scenario : plan.catalogue.scenarios)
    inputs.push_back(
        {InputKind::harness, "scenario " + scenario.id, "definition", hash_of(to_json(scenario))});
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

std::vector<Input> inputs_of(const RunRecord& record, EvidenceReader& evidence) {
  auto inputs = inputs_before(record.plan, record.info.environment);
  inputs.push_back({InputKind::harness, "", "version", record.info.harness_version});
  auto told = inventories_of(record, evidence);
  inputs.insert(inputs.end(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
  std::sort(inputs.begin(), inputs.end());
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  return inputs;
}

bool concerns(const Input& input, const CellId& cell) {
  const auto& scope = input.scope;
  if (scope.empty()) return true;
  return scope == "target " + cell.target || scope == "reader " + cell.reader ||
         scope == "scenario " + cell.scenario ||
         scope == fmt::format("boot {}/{}", cell.target, name(cell.mode));
}

std::string input_key(const std::vector<Input>& inputs_before, const CellId& cell, Mark mark) {
  std::string text = fmt::format("1\n{}\n{}\n", cell.str(), name(mark));
  for (const auto& input : inputs_before)
    if (input.kind != InputKind::table && concerns(input, cell))
      text += fmt::format("{}\n{}\n{}\n{}\n", name(input.kind), input.scope, input.name, input.value);
  return sha256_hex(text);
}

}  // namespace smx::compare
