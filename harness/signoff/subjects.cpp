#include "harness/signoff/subjects.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "harness/core/files.h"
#include "harness/core/model_json.h"
#include "harness/core/text.h"
#include "reports/evidence_folder.h"

namespace smx::signoff {
namespace {

using nlohmann::json;

constexpr std::size_t kInventoryLimit = 1u << 20;  // bytes; the agent's output has the same
constexpr std::size_t kDriversLimit = 2000;
constexpr std::string_view kHash = "sha256:";

std::string canonical_sha256(const json& j) {
  return sha256_hex(j.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// "PATH sha256:HEX", "sha256:HEX" or an identity of another kind.
Subject from_environment(const std::string& kind, const std::string& name, const std::string& value) {
  const auto at = value.rfind(kHash);
  const auto hash = at == value.npos ? std::string() : value.substr(at + kHash.size());
  if (!is_sha256(hash)) return {kind, name, "", value};
  auto id = value.substr(0, at);
  while (id.ends_with(' ')) id.pop_back();
  return {kind, name, hash, id};
}

void add_from_environment(std::set<Subject>& all, const RunInfo& info) {
  for (const std::string kind : {"image", "agent", "drivers"})
    for (const auto& [key, value] : info.environment)
      if (key.starts_with(kind + ".")) all.insert(from_environment(kind, key.substr(kind.size() + 1), value));
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? one_line(found->get<std::string>(), 200) : "";
}

/// An inventory is the guest's own word.
void add_drivers(std::set<Subject>& all, const std::string& target, const std::string& inventory) {
  const auto j = json::parse(inventory, nullptr, false);
  const auto files = j.is_object() ? j.find("files") : j.end();
  if (files == j.end() || !files->is_object()) return;
  for (const auto& [name, file] : files->items()) {
    if (!file.is_object() || all.size() >= kDriversLimit) continue;
    const auto sha256 = text_in(file, "sha256");
    if (is_sha256(sha256))
      all.insert({"driver", target + ": " + one_line(name, 200), sha256, text_in(file, "version")});
  }
}

void add_inventories(std::set<Subject>& all, const RunRecord& record, EvidenceReader& evidence) {
  std::map<std::string, std::string> targets;
  for (const auto& group : record.plan.groups) targets[group.id] = group.target;
  for (const auto& boot : record.boots)
    for (const auto& e : boot.evidence) {
      if (e.name != "inventory.json" || e.size > kInventoryLimit) continue;
      const auto bytes = evidence.read(e, kInventoryLimit);
      if (bytes) add_drivers(all, targets[boot.group], *bytes);
    }
}

std::string words_of_card(const Card& card) {
  return fmt::format("{}, {}, {}{}", name(card.application), card.key, name(card.solution),
                     card.file.empty() ? "" : ", " + card.file);
}

}  // namespace

std::vector<Subject> subjects_of(const RunRecord& record, EvidenceReader& evidence) {
  std::set<Subject> all;
  add_from_environment(all, record.info);
  const auto& plan = record.plan;
  for (const auto& [id, table] : plan.tables)
    all.insert({"support-table", id, canonical_sha256(to_json(table)), ""});
  all.insert({"matrix", plan.matrix.name, canonical_sha256(to_json(plan.matrix)), plan.matrix.file});
  json catalogue = json::array();
  for (const auto& scenario : plan.catalogue.scenarios) catalogue.push_back(to_json(scenario));
  all.insert({"catalogue", fmt::format("{}", plural(plan.catalogue.scenarios.size(), "scenario")),
              canonical_sha256(catalogue), ""});
  for (const auto& card : plan.matrix.cards) all.insert({"card", card.id, "", words_of_card(card)});
  all.insert({"harness", "safemode-matrix", "", record.info.harness_version});
  add_inventories(all, record, evidence);
  return {all.begin(), all.end()};
}

}  // namespace smx::signoff
