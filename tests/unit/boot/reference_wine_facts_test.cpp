#include "vm/boot/reference_wine_facts.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "vm/boot/boot_strategy.h"

namespace smx::vm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// What the agent reports in a sound guest.
json sound() {
  return {{"os", {{"wine", "10.0"}, {"version", "10.0.19045"}}},
          {"safeboot", {{"clean_boot", 0}, {"environment", ""}, {"start_options", ""}}},
          {"probe", {{"service", "seclogon"}, {"error", 1060}}},
          {"usb_devices", {"1d6b:0002", "08e6:4433"}}};
}

std::vector<std::string> disagreeing(const json& facts, BootMode asked = BootMode::normal) {
  std::vector<std::string> names;
  for (const auto& fact : reference_wine_mode_facts(asked, facts))
    if (!fact.agrees) names.push_back(fact.name);
  return names;
}

bool proven_wine(BootMode asked, const json& facts) {
  return prove(reference_wine_mode_facts(asked, facts), 3).proven;
}

TEST(WineModeFacts, prove_normal_mode_and_no_other) {
  EXPECT_THAT(disagreeing(sound()), IsEmpty());
  EXPECT_TRUE(proven_wine(BootMode::normal, sound()));
  for (const auto mode : {BootMode::safe_networking, BootMode::safe_minimal, BootMode::safe_command_prompt})
    EXPECT_FALSE(proven_wine(mode, sound())) << name(mode);
}

TEST(WineModeFacts, each_of_a_safe_mode_disproves_normal_mode) {
  const auto with = [](const char* pointer, const json& value) {
    auto facts = sound();
    facts[json::json_pointer(pointer)] = value;
    return disagreeing(facts);
  };
  EXPECT_THAT(with("/safeboot/clean_boot", 2), ElementsAre("SM_CLEANBOOT"));
  EXPECT_THAT(with("/safeboot/option_value", 2), ElementsAre("SafeBoot\\Option's OptionValue"));
  EXPECT_THAT(with("/safeboot/option_value", nullptr), ElementsAre("SafeBoot\\Option's OptionValue"));
  EXPECT_THAT(with("/safeboot/bcd_element", 1), ElementsAre("booted entry's safeboot element"));
  EXPECT_THAT(with("/safeboot/environment", "NETWORK"), ElementsAre("environment's SAFEBOOT_OPTION"));
  EXPECT_THAT(with("/safeboot/start_options", " NOEXECUTE SafeBoot:NETWORK"),
              ElementsAre("SystemStartOptions"));
  EXPECT_THAT(with("/probe/error", 1084), ElementsAre("error of starting the service seclogon"));
  EXPECT_THAT(with("/probe/service", "Spooler"), ElementsAre("error of starting the service seclogon"));
  EXPECT_THAT(with("/os/wine", "8.0"), ElementsAre("Wine's version"));
}

TEST(WineModeFacts, of_another_system_than_wine_prove_nothing) {
  auto windows = sound();
  windows["os"].erase("wine");
  EXPECT_THAT(disagreeing(windows), ElementsAre("Wine's version"));
}

TEST(WineModeFacts, bear_any_json_and_prove_nothing_with_it) {
  for (const auto& facts :
       {json(), json::array(), json(7), json("text"), json::object(), json{{"safeboot", json::array()}},
        json{{"safeboot", {{"clean_boot", 0.0}, {"environment", 1}, {"start_options", nullptr}}}}}) {
    EXPECT_EQ(reference_wine_mode_facts(BootMode::normal, facts).size(), 7u) << facts;
    EXPECT_FALSE(proven_wine(BootMode::normal, facts)) << facts;
  }
  auto hostile = sound();
  hostile["safeboot"]["option_value"] = std::string("\xff\x1b[2J");
  for (const auto& fact : reference_wine_mode_facts(BootMode::normal, hostile))
    EXPECT_EQ(fact.actual.find('\x1b'), std::string::npos);
}

TEST(WineReaderFacts, hold_only_with_that_device_on_the_bus) {
  EXPECT_TRUE(reference_wine_reader_facts("08e6:4433", sound()).front().agrees);
  EXPECT_FALSE(reference_wine_reader_facts("08e6:3437", sound()).front().agrees);
  EXPECT_FALSE(reference_wine_reader_facts("08e6:4433", json{{"usb_devices", "08e6:4433"}}).front().agrees);
  EXPECT_FALSE(reference_wine_reader_facts("08e6:4433", json::object()).front().agrees);
}

}  // namespace
}  // namespace smx::vm
