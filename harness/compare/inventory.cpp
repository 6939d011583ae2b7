#include "harness/compare/inventory.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "harness/core/text.h"

namespace smx::compare {
namespace {

using nlohmann::json;

constexpr std::size_t kInventoryBytes = 1u << 20;
constexpr std::size_t kMostInputs = 4096;
constexpr std::size_t kMostText = 300;

std::string safe(const std::string& text) {
  return one_line(text, kMostText);
}

const json& member(const json& object, const char* key) {
  static const json none;
  if (!object.is_object()) return none;
  const auto it = object.find(key);
  return it == object.end() ? none : *it;
}

std::string text_of(const json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// (kind, name) -> boot mode -> value
using Told = std::map<std::pair<InputKind, std::string>, std::map<BootMode, std::string>>;

void note(Told& told, InputKind kind, const std::string& name, BootMode mode, const std::string& value) {
  if (told.size() < kMostInputs && !value.empty()) told[{kind, safe(name)}][mode] = safe(value);
}

/// By its driver, not by its instance: another port of the host is no other driver.
void note_devices(Told& told, BootMode mode, const json& devices, const char* what) {
  if (!devices.is_object()) return;
  for (const auto& [instance, device] : devices.items()) {
    const auto version = text_of(device, "driver_version");
    if (version.empty()) continue;
    note(told, InputKind::driver, fmt::format("{} {}", what, text_of(device, "name")), mode,
         fmt::format("{}, {}, {}, {}", version, text_of(device, "driver_date"),
                     text_of(device, "driver_provider"), text_of(device, "inf")));
  }
}

void note_files(Told& told, BootMode mode, const json& files) {
  if (!files.is_object()) return;
  for (const auto& [file, facts] : files.items()) {
    const auto sha256 = text_of(facts, "sha256");
    if (!sha256.empty())
      note(told, InputKind::driver, file, mode,
           fmt::format("{}, sha256 {}", text_of(facts, "version"), sha256));
  }
}

void note_inventory(Told& told, BootMode mode, const json& details) {
  note_devices(told, mode, member(details, "readers"), "reader");
  note_devices(told, mode, member(details, "card_devices"), "card");
  note_files(told, mode, member(details, "files"));
  if (const auto& cards = member(details, "cards"); cards.is_object())
    for (const auto& [card, facts] : cards.items())
      note(told, InputKind::driver, "known card " + card, mode,
           fmt::format("{}, {}", text_of(facts, "minidriver"), text_of(facts, "atr")));
  if (const auto& policies = member(details, "policies"); policies.is_object())
    for (const auto& [policy, value] : policies.items())
      if (value.is_number_integer())
        note(told, InputKind::policy, policy, mode, std::to_string(value.get<std::int64_t>()));
  const auto& os = member(details, "os");
  note(told, InputKind::image, "build", mode, text_of(os, "build"));
  note(told, InputKind::package, "wine", mode, text_of(os, "wine"));
}

json details_of(const Boot& boot, EvidenceReader& evidence) {
  for (const auto& piece : boot.evidence) {
    if (piece.name != "inventory.json") continue;
    const auto bytes = evidence.read(piece, kInventoryBytes);
    const auto result = bytes ? json::parse(*bytes, nullptr, false) : json();
    return member(result, "details");
  }
  return {};
}

bool alike(const std::map<BootMode, std::string>& by_mode) {
  for (const auto& [mode, value] : by_mode)
    if (value != by_mode.begin()->second) return false;
  return true;
}

}  // namespace

std::vector<Input> inventories_of(const RunRecord& record, EvidenceReader& evidence) {
  std::map<std::string, const BootGroup*> groups;
  for (const auto& group : record.plan.groups) groups[group.id] = &group;
  std::map<std::string, Told> targets;
  for (const auto& boot : record.boots) {
    const auto group = groups.find(boot.group);
    if (group == groups.end()) continue;
    note_inventory(targets[group->second->target], group->second->mode, details_of(boot, evidence));
  }
  std::vector<Input> inputs;
  for (const auto& [target, told] : targets)
    for (const auto& [what, by_mode] : told) {
      const auto& [kind, title] = what;
      if (alike(by_mode)) {
        inputs.push_back({kind, "target " + target, title, by_mode.begin()->second});
        continue;
      }
      for (const auto& [mode, value] : by_mode)
        inputs.push_back({kind, fmt::format("boot {}/{}", target, name(mode)), title, value});
    }
  return inputs;
}

}  // namespace smx::compare
