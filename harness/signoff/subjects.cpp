#include "harness/signoff/subjects.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "harness/compare/inputs.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "reports/common/evidence_folder.h"

namespace smx::signoff {
namespace {

using nlohmann::json;

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

/// "10.0.19041.1, sha256 12ab…" of a file; a device's driver has no hash. An inventory is the guest's own
/// word: a file without a valid hash is left out.
void add_driver(std::set<Subject>& all, const compare::Input& input) {
  constexpr std::string_view kFileHash = "sha256 ", kTarget = "target ";
  const auto whose = input.scope.starts_with(kTarget) ? input.scope.substr(kTarget.size()) : input.scope;
  const auto name = whose + ": " + input.name;
  const auto at = input.value.rfind(kFileHash);
  if (at == input.value.npos) {
    all.insert({"driver", name, "", input.value});
    return;
  }
  const auto hash = input.value.substr(at + kFileHash.size());
  auto version = input.value.substr(0, at);
  while (version.ends_with(' ') || version.ends_with(',')) version.pop_back();
  if (is_sha256(hash)) all.insert({"driver", name, hash, version});
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
  const auto controller = record.info.environment.find("harness");
  const auto hash = controller == record.info.environment.end() ? "" : " " + controller->second;
  all.insert(from_environment("harness", "safemode-matrix", record.info.harness_version + hash));
  for (const auto& input : compare::inputs_of(record, evidence))
    if (input.kind == compare::InputKind::driver) add_driver(all, input);
  return {all.begin(), all.end()};
}

}  // namespace smx::signoff
