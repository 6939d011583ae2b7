#include "vm/boot/reference_linux_facts.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "vm/boot/boot_strategy.h"

namespace smx::vm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// What a sound guest reports in each mode.
json facts_of(BootMode mode) {
  json facts{{"kernel_command_line", "console=ttyS0 quiet"},
             {"boot_mode_file", "normal"},
             {"services", {{"pcscd", "running"}, {"network", "running"}, {"safeboot-probe", "running"}}},
             {"processes", {"init", "pcscd", "qemu-ga"}},
             {"network_interfaces", {"lo", "eth0"}},
             {"probe", {{"service", "safeboot-probe"}, {"exit_code", 0}}},
             {"usb_devices", {"1d6b:0002", "08e6:4433"}}};
  if (mode == BootMode::normal) return facts;
  facts["kernel_command_line"] = "console=ttyS0 quiet safeboot=network";
  facts["boot_mode_file"] = "safe-networking";
  facts["services"]["safeboot-probe"] = "not-in-safeboot";
  facts["probe"]["exit_code"] = 84;
  if (mode == BootMode::safe_networking) return facts;
  facts["kernel_command_line"] = "console=ttyS0 quiet safeboot=minimal";
  facts["boot_mode_file"] = "safe-minimal";
  facts["services"]["pcscd"] = facts["services"]["network"] = "not-in-safeboot";
  facts["processes"] = {"init", "qemu-ga"};
  facts["network_interfaces"] = {"lo"};
  return facts;
}

constexpr BootMode kModes[] = {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal};

std::vector<std::string> disagreeing(BootMode asked, const json& facts) {
  std::vector<std::string> names;
  for (const auto& fact : reference_linux_mode_facts(asked, facts))
    if (!fact.agrees) names.push_back(fact.name);
  return names;
}

bool proven(BootMode asked, const json& facts) {
  return prove(reference_linux_mode_facts(asked, facts), 3).proven;
}

TEST(ModeFacts, prove_the_mode_that_the_guest_is_in) {
  for (const auto mode : kModes) EXPECT_THAT(disagreeing(mode, facts_of(mode)), IsEmpty()) << name(mode);
}

TEST(ModeFacts, prove_no_other_mode) {
  for (const auto asked : kModes)
    for (const auto actual : kModes)
      EXPECT_EQ(proven(asked, facts_of(actual)), asked == actual) << name(asked) << " " << name(actual);
}

TEST(ModeFacts, that_are_forged_one_by_one_into_another_mode_prove_nothing) {
  for (const auto asked : kModes)
    for (const auto actual : kModes) {
      if (asked == actual) continue;
      const auto good = facts_of(asked), other = facts_of(actual);
      for (const auto& [key, value] : good.items()) {
        auto forged = good;
        forged[key] = other[key];
        if (forged == good) continue;
        EXPECT_FALSE(proven(asked, forged)) << name(asked) << " with " << key << " of " << name(actual);
        auto left = other;
        left[key] = value;
        EXPECT_FALSE(proven(asked, left)) << name(actual) << " with " << key << " of " << name(asked);
      }
    }
}

TEST(ModeFacts, that_are_missing_or_of_another_type_do_not_agree) {
  const json wrong[] = {nullptr,         true, 84, 84.0, "x", json::array(), json::object(), {1, 2},
                        {{"service", 1}}};
  for (const auto mode : kModes)
    for (const auto* key :
         {"kernel_command_line", "boot_mode_file", "services", "processes", "network_interfaces", "probe"}) {
      auto facts = facts_of(mode);
      facts.erase(key);
      EXPECT_FALSE(proven(mode, facts)) << key << " missing";
      for (const auto& value : wrong) {
        if (key == std::string("kernel_command_line") && mode == BootMode::normal && value.is_string())
          continue;
        facts[key] = value;
        EXPECT_FALSE(proven(mode, facts)) << name(mode) << ": " << key << " = " << value;
      }
    }
}

TEST(ModeFacts, bear_anything) {
  for (const auto& junk :
       {json(nullptr), json(1), json("text"), json::array({1}), json::object(), json(true)}) {
    const auto facts = reference_linux_mode_facts(BootMode::normal, junk);
    EXPECT_EQ(facts.size(), 8u);
    for (const auto& fact : facts) {
      EXPECT_FALSE(fact.agrees) << fact.name;
      EXPECT_EQ(fact.actual, "(not reported)");
    }
  }
}

TEST(ModeFacts, take_only_exactly_one_safeboot_word) {
  auto facts = facts_of(BootMode::safe_networking);
  for (const auto* line : {"safeboot=minimal safeboot=network", "safeboot=network safeboot=network",
                           "safeboot=networking", "xsafeboot=network", "safeboot=", ""}) {
    facts["kernel_command_line"] = line;
    EXPECT_THAT(disagreeing(BootMode::safe_networking, facts), ElementsAre("kernel command line")) << line;
  }
  facts = facts_of(BootMode::normal);
  facts["kernel_command_line"] = "quiet safeboot=bogus";
  EXPECT_THAT(disagreeing(BootMode::normal, facts), ElementsAre("kernel command line"));
}

TEST(ModeFacts, need_the_very_number_of_the_probe) {
  auto facts = facts_of(BootMode::safe_minimal);
  for (const json& code :
       {json(0), json(85), json(84.0), json("84"), json(true), json(18446744073709551532u)}) {
    facts["probe"]["exit_code"] = code;
    EXPECT_EQ(disagreeing(BootMode::safe_minimal, facts).size(), 1u) << code;
  }
  facts = facts_of(BootMode::safe_minimal);
  facts["probe"]["service"] = "pcscd";
  EXPECT_EQ(disagreeing(BootMode::safe_minimal, facts).size(), 1u);
}

TEST(ModeFacts, do_not_hold_a_failed_service_against_its_mode) {
  auto facts = facts_of(BootMode::safe_networking);
  facts["services"]["pcscd"] = "failed";
  facts["processes"] = {"qemu-ga"};
  facts["services"]["network"] = "failed";
  facts["network_interfaces"] = {"lo"};
  EXPECT_TRUE(proven(BootMode::safe_networking, facts));
}

TEST(ModeFacts, must_fit_together) {
  auto facts = facts_of(BootMode::normal);
  facts["processes"] = {"qemu-ga"};
  EXPECT_THAT(disagreeing(BootMode::normal, facts), ElementsAre("running processes"));
  facts = facts_of(BootMode::normal);
  facts["network_interfaces"] = {"lo"};
  EXPECT_THAT(disagreeing(BootMode::normal, facts), ElementsAre("network interfaces"));
  facts = facts_of(BootMode::safe_minimal);
  facts["network_interfaces"] = {"lo", "wlan0"};
  EXPECT_THAT(disagreeing(BootMode::safe_minimal, facts), ElementsAre("network interfaces"));
}

TEST(ModeFacts, show_guest_text_safely_and_bounded) {
  auto facts = facts_of(BootMode::normal);
  facts["boot_mode_file"] = "\x1b[2Jnormal" + std::string(2000, 'x');
  const auto shown = reference_linux_mode_facts(BootMode::normal, facts)[1].actual;
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_LE(shown.size(), 300u);
  facts["boot_mode_file"] = std::string(100000, 'x');
  EXPECT_EQ(reference_linux_mode_facts(BootMode::normal, facts)[1].actual, "(not reported)");
}

TEST(ModeFacts, of_a_mode_that_the_guest_does_not_have_are_a_usage_error) {
  EXPECT_THROW(reference_linux_mode_facts(BootMode::safe_command_prompt, facts_of(BootMode::normal)), Error);
}

TEST(ReaderFacts, agree_when_the_reader_is_on_the_bus) {
  const auto facts = reference_linux_reader_facts("08e6:4433", facts_of(BootMode::safe_minimal));
  ASSERT_EQ(facts.size(), 1u);
  EXPECT_TRUE(facts[0].agrees);
  EXPECT_EQ(facts[0].expected, "08e6:4433");
}

TEST(ReaderFacts, disagree_when_it_is_not_or_nothing_sound_is_reported) {
  for (const json& devices : {json::array(), json{"1d6b:0002"}, json{"08e6:44330"}, json("08e6:4433"),
                              json(1), json{"08e6:4433", 7}, json(nullptr)})
    EXPECT_FALSE(reference_linux_reader_facts("08e6:4433", {{"usb_devices", devices}})[0].agrees) << devices;
  EXPECT_FALSE(reference_linux_reader_facts("08e6:4433", json(nullptr))[0].agrees);
}

TEST(ReaderFacts, are_of_the_reader_that_was_given_and_no_other) {
  const auto facts = facts_of(BootMode::normal);
  EXPECT_FALSE(reference_linux_reader_facts("076b:3031", facts)[0].agrees);
  EXPECT_TRUE(reference_linux_reader_facts("076b:3031", {{"usb_devices", {"076b:3031"}}})[0].agrees);
}

}  // namespace
}  // namespace smx::vm
