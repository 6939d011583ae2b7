#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/verify/verify.h"

namespace smx::verify {
namespace {

using nlohmann::json;

json result() {
  return json::parse(R"({"format":1,"scenario":"s","phase":"main","nonce":"n",
    "checks":[{"id":"a","outcome":"passed","cause":"","message":"m"}],"details":{"x":1}})");
}

AgentResult parse(const std::string& bytes) {
  return parse_agent_result(bytes, "s", "main", "n");
}

std::string cause(const json& j) {
  const auto parsed = parse(j.dump());
  return parsed.trouble ? parsed.trouble->cause : "accepted";
}

TEST(AgentResult, takes_a_result_of_this_call) {
  const auto parsed = parse(result().dump());
  ASSERT_FALSE(parsed.trouble);
  ASSERT_EQ(parsed.checks.size(), 1u);
  EXPECT_EQ(parsed.checks[0], (Check{"a", Outcome::passed, "", "m", "agent"}));
  EXPECT_EQ((*parsed.details)["x"], 1);
}

TEST(AgentResult, refuses_another_calls_result) {
  for (const auto* key : {"scenario", "phase", "nonce"}) {
    auto other = result();
    other[key] = "other";
    EXPECT_EQ(cause(other), "foreign-result") << key;
    other.erase(key);
    EXPECT_EQ(cause(other), "foreign-result") << key;
  }
}

TEST(AgentResult, refuses_bytes_that_are_no_result) {
  for (const auto* bytes :
       {"", "null", "[]", "{", "\xff\xfe", "{}", R"({"format":1})", R"({"x":1e999})", "1e999"})
    EXPECT_TRUE(parse(bytes).trouble) << bytes;
  EXPECT_EQ(parse(std::string((1u << 20) + 1, ' ')).trouble->cause, "malformed-result");
  EXPECT_EQ(parse(std::string(100000, '[')).trouble->cause, "malformed-result");
}

TEST(AgentResult, refuses_details_nested_past_the_limit) {
  auto deep = result().dump();
  std::string nest = "0";
  for (int i = 0; i < 40; ++i) nest = "[" + nest + "]";
  deep.replace(deep.find("{\"x\":1}"), 7, "{\"x\":" + nest + "}");
  EXPECT_EQ(parse(deep).trouble->cause, "malformed-result");
}

TEST(AgentResult, refuses_checks_that_are_none) {
  const std::vector<std::pair<std::string, json>> wrong{{"id", ""},
                                                        {"id", "Not A Word"},
                                                        {"id", 1},
                                                        {"id", std::string(65, 'a')},
                                                        {"outcome", "invalid"},
                                                        {"outcome", "timed-out"},
                                                        {"outcome", true},
                                                        {"cause", "surprise"},
                                                        {"message", nullptr}};
  for (const auto& [key, value] : wrong) {
    auto j = result();
    j["checks"][0][key] = value;
    EXPECT_EQ(cause(j), "malformed-result") << key << value;
  }
  auto silent = result();
  silent["checks"][0]["outcome"] = "failed";
  EXPECT_EQ(cause(silent), "malformed-result") << "a failure without a cause";
}

TEST(AgentResult, refuses_more_checks_than_any_scenario_has) {
  auto j = result();
  j["checks"] = json::array();
  for (int i = 0; i < 101; ++i)
    j["checks"].push_back({{"id", "a"}, {"outcome", "passed"}, {"cause", ""}, {"message", ""}});
  EXPECT_EQ(cause(j), "malformed-result");
}

TEST(AgentResult, makes_messages_safe_to_show) {
  auto j = result();
  j["checks"][0]["message"] = "red \x1b[31m" + std::string(5000, 'x');
  const auto parsed = parse(j.dump());
  ASSERT_FALSE(parsed.trouble);
  EXPECT_EQ(parsed.checks[0].message.find('\x1b'), std::string::npos);
  EXPECT_LE(parsed.checks[0].message.size(), 2000u);
}

TEST(AgentResult, refuses_wrong_containers) {
  for (const auto* key : {"checks", "details"}) {
    auto j = result();
    j[key] = "text";
    EXPECT_EQ(cause(j), "malformed-result") << key;
    j.erase(key);
    EXPECT_EQ(cause(j), "malformed-result") << key;
  }
}

}  // namespace
}  // namespace smx::verify
