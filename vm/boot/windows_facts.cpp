#include "vm/boot/windows_facts.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "harness/core/text.h"
#include "vm/boot/guest_facts.h"

namespace smx::vm {
namespace {

constexpr std::int64_t kNotSafebootService = 1084;  // ERROR_NOT_SAFEBOOT_SERVICE (winerror.h)
constexpr std::int64_t kAlreadyRunning = 1056;      // ERROR_SERVICE_ALREADY_RUNNING

/// What a mode looks like from inside Windows.
struct Signs {
  std::optional<std::int64_t> option_value;  ///< SafeBoot\Option, OptionValue; nothing: no such key
  std::int64_t clean_boot;                   ///< GetSystemMetrics(SM_CLEANBOOT)
  const char* environment;                   ///< SAFEBOOT_OPTION
  const char* start_option;                  ///< the word in SystemStartOptions
  std::optional<std::int64_t> bcd_element;   ///< BcdOSLoaderInteger_SafeBoot
};

Signs signs_of(BootMode mode) {
  switch (mode) {
    case BootMode::normal: break;
    case BootMode::safe_networking: return {2, 2, "NETWORK", "SAFEBOOT:NETWORK", 1};
    case BootMode::safe_minimal: return {1, 1, "MINIMAL", "SAFEBOOT:MINIMAL", 0};
    case BootMode::safe_command_prompt: return {1, 1, "MINIMAL", "SAFEBOOT:MINIMAL(ALTERNATESHELL)", 0};
  }
  return {std::nullopt, 0, "", "", std::nullopt};
}

std::optional<std::string> shown(const std::optional<std::int64_t>& number) {
  return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

/// Whether the guest reported the group of facts at all: an absent key means something only then.
bool reported(const GuestFacts& facts) {
  return facts.integer_in("safeboot", "clean_boot").has_value();
}

Fact option_fact(BootMode asked, const GuestFacts& facts) {
  const auto expected = signs_of(asked).option_value;
  const auto actual = facts.integer_in("safeboot", "option_value");
  const bool agrees = reported(facts) && actual == expected;
  return agent_fact("SafeBoot\\Option, OptionValue", shown(expected).value_or("no such key"),
                    actual            ? shown(actual)
                    : reported(facts) ? std::optional<std::string>("no such key")
                                      : std::nullopt,
                    agrees);
}

Fact clean_boot_fact(BootMode asked, const GuestFacts& facts) {
  const auto expected = signs_of(asked).clean_boot;
  const auto actual = facts.integer_in("safeboot", "clean_boot");
  return agent_fact("SM_CLEANBOOT", std::to_string(expected), shown(actual), actual == expected);
}

Fact probe_fact(BootMode asked, const GuestFacts& facts) {
  const auto service = facts.text_in("probe", "service");
  const auto error = facts.integer_in("probe", "error");
  const bool normal = asked == BootMode::normal;
  const bool agrees = normal ? error == 0 || error == kAlreadyRunning : error == kNotSafebootService;
  return agent_fact("error of starting " + (service ? *service : std::string("an unlisted service")),
                    normal ? "0, or 1056: it runs already" : "1084: not in this mode",
                    service ? shown(error) : std::nullopt, agrees);
}

/// The command prompt is a minimal Safe Mode with another shell; nothing else tells the two apart.
void add_shell_fact(std::vector<Fact>& all, BootMode asked, const GuestFacts& facts) {
  if (asked != BootMode::safe_minimal && asked != BootMode::safe_command_prompt) return;
  const bool expected = asked == BootMode::safe_command_prompt;
  const auto actual = facts.integer_in("safeboot", "use_alternate_shell").value_or(0);
  all.push_back(agent_fact("SafeBoot\\Option, UseAlternateShell", expected ? "1" : "0, or absent",
                           std::to_string(actual), (actual == 1) == expected));
}

void add_environment_fact(std::vector<Fact>& all, BootMode asked, const GuestFacts& facts) {
  const auto value = facts.text_in("safeboot", "environment").value_or("");
  if (value.empty()) return;
  const std::string expected = signs_of(asked).environment;
  all.push_back(agent_fact("SAFEBOOT_OPTION", expected.empty() ? "no such variable" : expected, value,
                           upper(value) == expected));
}

/// The word of the start options that is about Safe Mode.
std::string safeboot_option(const std::string& options) {
  const auto text = upper(options);
  const auto at = text.find("SAFEBOOT:");
  return at == std::string::npos ? "" : text.substr(at, text.find(' ', at) - at);
}

void add_start_options_fact(std::vector<Fact>& all, BootMode asked, const GuestFacts& facts) {
  const auto options = facts.text_in("safeboot", "start_options").value_or("");
  if (options.empty()) return;
  const std::string expected = signs_of(asked).start_option;
  const auto actual = safeboot_option(options);
  all.push_back(agent_fact("the loader's start options", expected.empty() ? "no SAFEBOOT" : expected,
                           actual.empty() ? "no SAFEBOOT" : actual, actual == expected));
}

void add_bcd_fact(std::vector<Fact>& all, BootMode asked, const GuestFacts& facts) {
  const auto actual = facts.integer_in("safeboot", "bcd_element");
  if (!actual) return;
  const auto expected = signs_of(asked).bcd_element;
  all.push_back(agent_fact("boot entry's element 25000080", shown(expected).value_or("absent"), shown(actual),
                           actual == expected));
}

}  // namespace

std::vector<Fact> windows_mode_facts(BootMode asked, const nlohmann::json& json) {
  const GuestFacts facts(json);
  std::vector<Fact> all{option_fact(asked, facts), clean_boot_fact(asked, facts), probe_fact(asked, facts)};
  add_shell_fact(all, asked, facts);
  add_environment_fact(all, asked, facts);
  add_start_options_fact(all, asked, facts);
  add_bcd_fact(all, asked, facts);
  return all;
}

std::vector<Fact> windows_reader_facts(const std::string& usb_id, const nlohmann::json& json) {
  const auto devices = GuestFacts(json).texts("usb_devices");
  const bool there = devices && std::find(devices->begin(), devices->end(), usb_id) != devices->end();
  return {agent_fact("reader on the guest's USB bus", usb_id,
                     devices ? std::optional(devices->empty() ? "none" : joined(*devices)) : std::nullopt,
                     there)};
}

}  // namespace smx::vm
