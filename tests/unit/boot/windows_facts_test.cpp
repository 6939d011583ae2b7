#include "vm/boot/windows_facts.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/unit/boot/fake_windows.h"
#include "vm/boot/boot_strategy.h"

namespace smx::vm {
namespace {

using nlohmann::json;

constexpr BootMode kWindowsModes[] = {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal,
                                      BootMode::safe_command_prompt};

/// What a Windows in `mode` reports, with everything that it may say.
json windows_facts_of(BootMode mode) {
  json facts = {{"safeboot",
                 {{"clean_boot", 0}, {"environment", ""}, {"start_options", " NOEXECUTE=OPTIN  FVEBOOT=1"}}},
                {"probe", {{"service", "seclogon"}, {"error", 0}}},
                {"usb_devices", {"0627:0001", "08e6:4433"}}};
  if (mode == BootMode::normal) return facts;
  const bool network = mode == BootMode::safe_networking;
  auto& safeboot = facts["safeboot"];
  safeboot["option_value"] = network ? 2 : 1;
  safeboot["clean_boot"] = network ? 2 : 1;
  safeboot["environment"] = network ? "NETWORK" : "MINIMAL";
  safeboot["bcd_element"] = network ? 1 : 0;
  safeboot["start_options"] = network                          ? " NOEXECUTE=OPTIN  SAFEBOOT:NETWORK  BOOTLOG"
                              : mode == BootMode::safe_minimal ? " SAFEBOOT:MINIMAL"
                                                               : " SAFEBOOT:MINIMAL(ALTERNATESHELL) BOOTLOG";
  if (mode == BootMode::safe_command_prompt) safeboot["use_alternate_shell"] = 1;
  facts["probe"]["error"] = 1084;
  return facts;
}

bool windows_proven(BootMode asked, const json& facts) {
  return prove(windows_mode_facts(asked, facts), 3).proven;
}

TEST(WindowsFacts, prove_the_mode_that_it_is_and_no_other) {
  for (const auto asked : kWindowsModes)
    for (const auto actual : kWindowsModes)
      EXPECT_EQ(windows_proven(asked, windows_facts_of(actual)), asked == actual)
          << name(asked) << " asked, " << name(actual) << " there";
}

TEST(WindowsFacts, suffice_when_the_service_does_not_see_what_it_may_not_see) {
  for (const auto mode : kWindowsModes) {
    auto facts = windows_facts_of(mode);
    for (const char* silent : {"environment", "start_options", "bcd_element"})
      facts["safeboot"].erase(silent);
    EXPECT_TRUE(windows_proven(mode, facts)) << name(mode);
  }
}

TEST(WindowsFacts, disprove_by_any_one_that_contradicts) {
  const std::pair<const char*, json> wrong[] = {{"option_value", 1},
                                                {"option_value", 3},
                                                {"clean_boot", 0},
                                                {"clean_boot", 1},
                                                {"environment", "MINIMAL"},
                                                {"start_options", "SAFEBOOT:MINIMAL"},
                                                {"start_options", "NOEXECUTE=OPTIN"},
                                                {"bcd_element", 0}};
  for (const auto& [key, value] : wrong) {
    auto facts = windows_facts_of(BootMode::safe_networking);
    facts["safeboot"][key] = value;
    EXPECT_FALSE(windows_proven(BootMode::safe_networking, facts)) << key << " " << value;
  }
  auto started = windows_facts_of(BootMode::safe_networking);
  started["probe"]["error"] = 1056;
  EXPECT_FALSE(windows_proven(BootMode::safe_networking, started));
}

TEST(WindowsFacts, disprove_normal_mode_by_any_sign_of_safe_mode) {
  const std::pair<const char*, json> wrong[] = {{"option_value", 2},
                                                {"clean_boot", 2},
                                                {"environment", "NETWORK"},
                                                {"start_options", "SAFEBOOT:NETWORK"},
                                                {"bcd_element", 1}};
  for (const auto& [key, value] : wrong) {
    auto facts = windows_facts_of(BootMode::normal);
    facts["safeboot"][key] = value;
    EXPECT_FALSE(windows_proven(BootMode::normal, facts)) << key;
  }
  auto refused = windows_facts_of(BootMode::normal);
  refused["probe"]["error"] = 1084;
  EXPECT_FALSE(windows_proven(BootMode::normal, refused));
  refused["probe"]["error"] = 1058;  // disabled: it says nothing of the mode
  EXPECT_FALSE(windows_proven(BootMode::normal, refused));
}

TEST(WindowsFacts, that_are_missing_prove_nothing) {
  for (const json& facts : {json(), json::array(), json::object(), json{{"safeboot", 1}},
                            json{{"safeboot", json::object()}}, json{{"probe", {{"error", 1056}}}}})
    for (const auto mode : kWindowsModes)
      EXPECT_FALSE(windows_proven(mode, facts)) << name(mode) << " " << facts;
  auto without_probe = windows_facts_of(BootMode::normal);
  without_probe.erase("probe");
  EXPECT_FALSE(windows_proven(BootMode::normal, without_probe));
}

TEST(WindowsFacts, of_hostile_types_prove_nothing) {
  for (const char* key : {"option_value", "clean_boot"})
    for (const json& value : {json("2"), json(2.0), json(true), json(UINT64_MAX), json::array({2})}) {
      auto facts = windows_facts_of(BootMode::safe_networking);
      facts["safeboot"][key] = value;
      EXPECT_FALSE(windows_proven(BootMode::safe_networking, facts)) << key << " " << value;
    }
}

TEST(WindowsFacts, name_the_reader_on_the_bus) {
  EXPECT_TRUE(prove(windows_reader_facts("08e6:4433", windows_facts_of(BootMode::normal)), 1).proven);
  EXPECT_FALSE(prove(windows_reader_facts("076b:3021", windows_facts_of(BootMode::normal)), 1).proven);
  EXPECT_FALSE(prove(windows_reader_facts("08e6:4433", json::object()), 1).proven);
}

TEST(FakeWindows, tells_of_itself_what_the_facts_mean) {
  fake::Windows windows;
  EXPECT_TRUE(windows_proven(BootMode::normal, windows.facts()));
  windows.entries[fake::Windows::kCurrent].options["safeboot"] = "network";
  EXPECT_TRUE(windows_proven(BootMode::safe_networking, windows.facts()));
}

}  // namespace
}  // namespace smx::vm
