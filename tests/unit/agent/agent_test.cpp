#include "scenarios/agent/core/agent.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/agent/core/fake_platform.h"

namespace smx::agent {
namespace {

using nlohmann::json;

constexpr const char* kInput = R"({"format":1,"nonce":"0123456789abcdef0123456789abcdef"})";

std::vector<AgentScenario> table() {
  return {
      {"good",
       {{"main", {"a", "b"}}},
       [](ScenarioContext& c) {
         c.checks.passed("a", "m");
         c.details.set({"x", "y"}, "z");
         c.details.set({"x", "list"}, std::vector<std::string>{"1"});
       }},
      {"refused",
       {{"main", {"a", "b"}}},
       [](ScenarioContext& c) { c.platform.require(SystemService::smart_card, c.deadline); }},
      {"faulty", {{"main", {"a"}}}, [](ScenarioContext& c) { c.checks.passed("not-announced", ""); }},
      {"binary", {{"main", {"a"}}}, [](ScenarioContext& c) { c.checks.passed("a", "\xff\xfe"); }},
      {"needy", {{"main", {"a"}}}, [](ScenarioContext& c) { c.request.credential("pin"); }},
  };
}

AgentEnd run(std::vector<std::string> arguments, const std::string& input = kInput) {
  FakePlatform platform;
  platform.on_require = [](SystemService) {
    throw StepFailure(CheckOutcome::failed, "not-in-safeboot", "84", true);
  };
  return run_agent(
      arguments, [&] { return input; }, table(), platform);
}

TEST(Agent, writes_one_result_that_echoes_the_nonce) {
  const auto end = run({"run", "good"});
  ASSERT_EQ(end.exit_code, kResultWritten) << end.err;
  const auto result = json::parse(end.out);
  EXPECT_EQ(result["format"], 1);
  EXPECT_EQ(result["scenario"], "good");
  EXPECT_EQ(result["phase"], "main");
  EXPECT_EQ(result["nonce"], "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(result["checks"][0], json::parse(R"({"id":"a","outcome":"passed","cause":"","message":"m"})"));
  EXPECT_EQ(result["checks"][1]["cause"], "earlier-check");
  EXPECT_EQ(result["details"], json::parse(R"({"x":{"y":"z","list":["1"]}})"));
}

TEST(Agent, fails_every_check_when_the_boot_mode_refuses_the_service) {
  const auto result = json::parse(run({"run", "refused"}).out);
  ASSERT_EQ(result["checks"].size(), 2u);
  for (const auto& check : result["checks"]) {
    EXPECT_EQ(check["outcome"], "failed");
    EXPECT_EQ(check["cause"], "not-in-safeboot");
  }
}

TEST(Agent, tells_a_fault_of_its_own_from_a_result) {
  const auto end = run({"run", "faulty"});
  EXPECT_EQ(end.exit_code, kInternalFault);
  EXPECT_EQ(end.out, "");
  EXPECT_NE(end.err.find("internal fault"), std::string::npos);
}

TEST(Agent, writes_valid_json_whatever_bytes_a_message_holds) {
  const auto end = run({"run", "binary"});
  EXPECT_EQ(end.exit_code, kResultWritten);
  EXPECT_TRUE(json::accept(end.out));
}

TEST(Agent, ends_with_2_for_what_it_cannot_use) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {}, {"run"}, {"run", "absent"}, {"run", "good", "more"}, {"bogus"}, {"run", "needy"}}) {
    const auto end = run(arguments);
    EXPECT_EQ(end.exit_code, kBadInput);
    EXPECT_EQ(end.out, "");
    EXPECT_NE(end.err, "");
  }
  EXPECT_EQ(run({"run", "good"}, "no json").exit_code, kBadInput);
  EXPECT_EQ(run({"run", "good"}, R"({"format":1,"phase":"other","nonce":"0123456789abcdef0123456789abcdef"})")
                .exit_code,
            kBadInput);
}

TEST(Agent, lists_its_scenarios_without_reading_input) {
  EXPECT_EQ(run({"list"}).out, "good\nrefused\nfaulty\nbinary\nneedy\n");
  EXPECT_NE(run({"--help"}).out.find("agent run NAME"), std::string::npos);
  EXPECT_NE(run({"--version"}).out.find("agent"), std::string::npos);
}

/// What the catalogue has run on the reference guest.
std::set<std::string> named_by_the_catalogue() {
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(SMX_CATALOGUE)) {
    std::ifstream in(file.path());
    const auto target =
        nlohmann::json::parse(in).at("targets").value("reference-linux", nlohmann::json::object());
    if (target.contains("agent")) names.insert(target.at("agent").get<std::string>());
  }
  return names;
}

TEST(Agent, knows_the_catalogues_scenarios_for_the_reference_guest_and_what_the_controller_asks_before_them) {
  auto expected = named_by_the_catalogue();
  ASSERT_TRUE(expected.contains("pin-management"));
  expected.insert({"facts", "card-tries"});
  std::set<std::string> names;
  for (const auto& scenario : scenarios()) EXPECT_TRUE(names.insert(scenario.name).second) << scenario.name;
  EXPECT_EQ(names, expected);
}

}  // namespace
}  // namespace smx::agent
