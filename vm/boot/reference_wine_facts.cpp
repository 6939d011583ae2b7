#include "vm/boot/reference_wine_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "vm/boot/guest_facts.h"

namespace smx::vm {
namespace {

using nlohmann::json;

/// ERROR_NOT_SAFEBOOT_SERVICE (Win32, System Error Codes).
constexpr std::int64_t kNotSafebootService = 1084;

std::optional<std::string> shown(const std::optional<std::int64_t>& number) {
  return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

Fact wine_fact(const GuestFacts& facts) {
  const auto version = facts.text_in("os", "wine");
  return agent_fact("Wine's version", "10 or newer", version, version && std::atoi(version->c_str()) >= 10);
}

/// SM_CLEANBOOT (GetSystemMetrics): 0 normal, 1 fail-safe, 2 fail-safe with network.
Fact clean_boot_fact(const GuestFacts& facts) {
  const auto value = facts.integer_in("safeboot", "clean_boot");
  return agent_fact("SM_CLEANBOOT", "0", shown(value), value == 0);
}

/// What only a Safe Mode has: there must be none of it, in an answer that speaks of Safe Mode at all.
Fact absent_fact(const char* name, const char* key, const json& facts) {
  const auto safeboot = facts.is_object() ? facts.find("safeboot") : facts.end();
  const bool told = facts.is_object() && safeboot != facts.end() && safeboot->is_object();
  const bool there = told && safeboot->contains(key);
  std::optional<std::string> actual;
  if (told) actual = there ? safeboot->at(key).dump(-1, ' ', true, json::error_handler_t::replace) : "none";
  return agent_fact(name, "none", actual, told && !there);
}

Fact environment_fact(const GuestFacts& facts) {
  const auto value = facts.text_in("safeboot", "environment");
  return agent_fact("environment's SAFEBOOT_OPTION", "", value, value == "");
}

Fact start_options_fact(const GuestFacts& facts) {
  auto options = facts.text_in("safeboot", "start_options");
  auto upper = options.value_or("");
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return agent_fact("SystemStartOptions", "no SAFEBOOT word", options,
                    options && upper.find("SAFEBOOT") == std::string::npos);
}

/// A service that no SafeBoot list names: only a Safe Mode refuses it as such.
Fact probe_fact(const GuestFacts& facts) {
  const auto error = facts.integer_in("probe", "error");
  const bool same = facts.text_in("probe", "service") == "seclogon";
  return agent_fact("error of starting the service seclogon", "any but 1084",
                    same ? shown(error) : std::nullopt, error != kNotSafebootService);
}

}  // namespace

std::vector<Fact> reference_wine_mode_facts(BootMode asked, const json& json) {
  const GuestFacts facts(json);
  std::vector<Fact> all{wine_fact(facts),
                        clean_boot_fact(facts),
                        absent_fact("SafeBoot\\Option's OptionValue", "option_value", json),
                        absent_fact("booted entry's safeboot element", "bcd_element", json),
                        environment_fact(facts),
                        start_options_fact(facts),
                        probe_fact(facts)};
  if (asked != BootMode::normal)
    for (auto& fact : all) fact.agrees = false;
  return all;
}

std::vector<Fact> reference_wine_reader_facts(const std::string& usb_id, const json& json) {
  const auto devices = GuestFacts(json).texts("usb_devices");
  const auto list = devices ? std::optional(devices->empty() ? "none" : joined(*devices)) : std::nullopt;
  return {agent_fact("reader on the guest's USB bus", usb_id, list,
                     devices && std::find(devices->begin(), devices->end(), usb_id) != devices->end())};
}

}  // namespace smx::vm
