#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/windows_inspection.h"

namespace smx {
namespace {

using nlohmann::json;

template <class T>
json optional_json(const std::optional<T>& v) {
  return v ? json(*v) : json(nullptr);
}

template <class T>
std::optional<T> optional_of(const json& j) {
  if (j.is_null()) return {};
  return j.get<T>();
}

template <class T, class Convert>
json list_json(const std::vector<T>& items, Convert convert) {
  auto list = json::array();
  for (const auto& item : items) list.push_back(convert(item));
  return list;
}

template <class T, class Convert>
std::vector<T> list_of(const json& j, Convert convert) {
  std::vector<T> items;
  for (const auto& item : j) items.push_back(convert(item));
  return items;
}

template <class T>
T value_of(const std::optional<T>& parsed) {
  if (!parsed) throw Error(ErrorKind::internal, "an inspection's JSON has an unknown value");
  return *parsed;
}

BootEntry boot_of(const json& j) {
  BootEntry v;
  v.loader = j.at("loader");
  v.path = j.at("path");
  if (!j.at("mode").is_null()) v.mode = value_of(parse_boot_mode(j.at("mode").get<std::string>()));
  v.mode_words = j.at("mode_words");
  v.ignore_all_failures = j.at("ignore_all_failures");
  v.recovery_enabled = optional_of<bool>(j.at("recovery_enabled"));
  return v;
}

json safe_boot_json(const SafeBootEntry& v) {
  return {{"name", v.name}, {"kind", v.kind}};
}

SafeBootEntry safe_boot_of(const json& j) {
  return {j.at("name"), j.at("kind")};
}

json service_json(const WindowsService& v) {
  return {{"name", v.name},
          {"start", optional_json(v.start)},
          {"type", optional_json(v.type)},
          {"group", v.group},
          {"image_path", v.image_path},
          {"depends_on", v.depends_on},
          {"depends_on_groups", v.depends_on_groups}};
}

WindowsService service_of(const json& j) {
  // Manifests of images that were prepared earlier know nothing of dependencies.
  return {j.at("name"),
          optional_of<std::uint32_t>(j.at("start")),
          optional_of<std::uint32_t>(j.at("type")),
          j.at("group"),
          j.at("image_path"),
          j.value("depends_on", std::vector<std::string>{}),
          j.value("depends_on_groups", std::vector<std::string>{})};
}

json card_json(const KnownCard& v) {
  return {{"name", v.name}, {"atr", v.atr}, {"minidriver", v.minidriver}};
}

KnownCard card_of(const json& j) {
  return {j.at("name"), j.at("atr"), j.at("minidriver")};
}

template <class T>
T checked(const json& j, T (*read)(const json&)) {
  try {
    return read(j);
  } catch (const json::exception&) {
    std::throw_with_nested(Error(ErrorKind::internal, "an inspection's JSON is not as it was written"));
  }
}

WindowsInspection inspection_of(const json& j) {
  WindowsInspection v;
  v.firmware = j.at("firmware");
  v.product = j.at("product");
  v.edition = j.at("edition");
  v.installation = j.at("installation");
  v.architecture = j.at("architecture");
  v.version = j.at("version");
  v.boot = boot_of(j.at("boot"));
  v.network = list_of<SafeBootEntry>(j.at("safeboot").at("network"), safe_boot_of);
  v.minimal = list_of<SafeBootEntry>(j.at("safeboot").at("minimal"), safe_boot_of);
  v.services = list_of<WindowsService>(j.at("services"), service_of);
  v.cards = list_of<KnownCard>(j.at("cards"), card_of);
  v.fast_startup = j.at("fast_startup");
  v.hibernated = j.at("hibernated");
  v.password_changes_off = j.at("password_changes_off");
  v.plug_and_play = optional_of<bool>(j.at("plug_and_play"));
  v.propagation = optional_of<bool>(j.at("propagation"));
  v.warnings = j.at("warnings").get<std::vector<std::string>>();
  return v;
}

Prediction prediction_of(const json& j) {
  Prediction v;
  v.scenario = j.at("scenario");
  v.row = j.at("row");
  v.mode = value_of(parse_boot_mode(j.at("mode").get<std::string>()));
  v.expected = value_of(parse_outcome(j.at("expected").get<std::string>()));
  v.cause = j.at("cause");
  v.why = j.at("why");
  return v;
}

}  // namespace

json to_json(const BootEntry& v) {
  return {{"loader", v.loader},
          {"path", v.path},
          {"mode", v.mode ? json(name(*v.mode)) : json(nullptr)},
          {"mode_words", v.mode_words},
          {"ignore_all_failures", v.ignore_all_failures},
          {"recovery_enabled", optional_json(v.recovery_enabled)}};
}

json to_json(const WindowsInspection& v) {
  return {{"firmware", v.firmware},
          {"product", v.product},
          {"edition", v.edition},
          {"installation", v.installation},
          {"architecture", v.architecture},
          {"version", v.version},
          {"boot", to_json(v.boot)},
          {"safeboot",
           {{"network", list_json(v.network, safe_boot_json)},
            {"minimal", list_json(v.minimal, safe_boot_json)}}},
          {"services", list_json(v.services, service_json)},
          {"cards", list_json(v.cards, card_json)},
          {"fast_startup", v.fast_startup},
          {"hibernated", v.hibernated},
          {"prepared", v.prepared()},
          {"password_changes_off", v.password_changes_off},
          {"plug_and_play", optional_json(v.plug_and_play)},
          {"propagation", optional_json(v.propagation)},
          {"warnings", v.warnings}};
}

json to_json(const Prediction& v) {
  return {{"scenario", v.scenario},       {"row", v.row},     {"mode", name(v.mode)},
          {"expected", name(v.expected)}, {"cause", v.cause}, {"why", v.why}};
}

WindowsInspection windows_inspection_from_json(const json& j) {
  return checked(j, inspection_of);
}

Prediction prediction_from_json(const json& j) {
  return checked(j, prediction_of);
}

}  // namespace smx
