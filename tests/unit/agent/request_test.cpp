#include "scenarios/agent/core/request.h"

#include <gtest/gtest.h>

namespace smx::agent {
namespace {

constexpr const char* kNonce = "0123456789abcdef0123456789abcdef";

std::string with(const std::string& more) {
  return std::string(R"({"format":1,"nonce":")") + kNonce + "\"" + more + "}";
}

std::string refusal(const std::string& json) {
  try {
    parse_request(json);
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Request, takes_the_smallest_input) {
  const auto request = parse_request(with(""));
  EXPECT_EQ(request.nonce, kNonce);
  EXPECT_EQ(request.phase, "main");
  EXPECT_EQ(request.time_limit, std::chrono::seconds(30));
}

TEST(Request, takes_everything_that_the_protocol_names) {
  const auto request = parse_request(with(
      R"(,"phase":"removed","time_limit_ms":5,"credentials":{"pin":"123456"},"card":{"certificate_pem":"C",)"
      R"("atr":"3B00"},"services":{"tls-server":{"host":"10.0.2.2","port":443,"name":"n","ca_pem":"P"}})"));
  EXPECT_EQ(request.phase, "removed");
  EXPECT_EQ(request.time_limit, std::chrono::milliseconds(5));
  EXPECT_EQ(request.credential("pin").reveal(), "123456");
  EXPECT_EQ(request.atr, (Bytes{0x3b, 0x00}));
  EXPECT_EQ(request.service("tls-server").port, 443);
}

TEST(Request, knows_two_kinds_of_card) {
  EXPECT_EQ(parse_request(with("")).application, CardApplication::piv);
  EXPECT_EQ(parse_request(with(R"(,"card":{"application":"gids"})")).application, CardApplication::gids);
  EXPECT_NE(refusal(with(R"(,"card":{"application":"cac"})")).find("/card/application"), std::string::npos);
}

TEST(Request, ignores_keys_of_a_newer_controller) {
  EXPECT_EQ(refusal(with(R"(,"later":{"x":1})")), "accepted");
}

TEST(Request, names_the_field_it_cannot_use) {
  EXPECT_NE(refusal("{").find("not JSON"), std::string::npos);
  EXPECT_NE(refusal("[]").find("object"), std::string::npos);
  EXPECT_NE(refusal(R"({"format":2,"nonce":"x"})").find("/format"), std::string::npos);
  EXPECT_NE(refusal(R"({"format":1})").find("/nonce"), std::string::npos);
  EXPECT_NE(refusal(R"({"format":1,"nonce":"ABC"})").find("/nonce"), std::string::npos);
  EXPECT_NE(refusal(with(R"(,"time_limit_ms":0)")).find("/time_limit_ms"), std::string::npos);
  EXPECT_NE(refusal(with(R"(,"time_limit_ms":1.5)")).find("/time_limit_ms"), std::string::npos);
  EXPECT_NE(refusal(with(R"(,"credentials":[])")).find("/credentials"), std::string::npos);
  EXPECT_NE(refusal(with(R"(,"card":{"atr":"3"})")).find("/card/atr"), std::string::npos);
  EXPECT_NE(refusal(with(R"(,"services":{"s":{"host":"h","port":70000,"name":"n","ca_pem":""}})"))
                .find("/services/s/port"),
            std::string::npos);
}

TEST(Request, never_quotes_a_secret) {
  EXPECT_EQ(refusal(with(R"(,"credentials":{"pin":87654321})")).find("87654321"), std::string::npos);
  EXPECT_EQ(refusal(with(R"(,"credentials":{"pin":"87654321)")).find("87654321"), std::string::npos);
}

TEST(Request, says_which_credential_or_service_a_scenario_misses) {
  const auto request = parse_request(with(R"(,"credentials":{"pin":""})"));
  EXPECT_THROW(request.credential("pin"), BadInput);
  EXPECT_THROW(request.credential("puk"), BadInput);
  EXPECT_THROW(request.service("tls-server"), BadInput);
}

TEST(Request, refuses_input_past_its_limit) {
  EXPECT_NE(refusal(with(",\"x\":\"" + std::string(kRequestLimit, 'a') + "\"")).find("larger"),
            std::string::npos);
}

TEST(Request, says_whether_the_card_may_be_blocked) {
  EXPECT_TRUE(parse_request(with("")).may_block);
  EXPECT_FALSE(parse_request(with(R"(,"card":{"may_block":false})")).may_block);
  EXPECT_NE(refusal(with(R"(,"card":{"may_block":"no"})")).find("/card/may_block"), std::string::npos);
}

TEST(Request, tells_of_a_credential_that_is_not_needed) {
  const auto request = parse_request(with(R"(,"credentials":{"new_pin":"123456","puk":""})"));
  ASSERT_NE(request.optional_credential("new_pin"), nullptr);
  EXPECT_EQ(request.optional_credential("new_pin")->reveal(), "123456");
  EXPECT_EQ(request.optional_credential("puk"), nullptr);
  EXPECT_EQ(request.optional_credential("pin"), nullptr);
}

std::string lab(const std::string& realm, const std::string& port) {
  return with(R"(,"lab":{"realm":")" + realm +
              R"(","domain":"lab.test","user":"user","other_user":"other","ca_pem":"C","crl_pem":"R",)"
              R"("kdc":{"host":"10.0.2.2","port":)" +
              port + R"(,"name":"kdc.lab.test"},"web":{"host":"10.0.2.2","port":81,"name":"web.lab.test"}})");
}

TEST(Request, takes_a_lab) {
  const auto request = parse_request(lab("LAB.TEST", "88"));
  EXPECT_EQ(request.lab().realm, "LAB.TEST");
  EXPECT_EQ(request.lab().other_user, "other");
  EXPECT_EQ(request.lab().kdc.port, 88);
  EXPECT_EQ(request.lab().web.name, "web.lab.test");
  EXPECT_EQ(request.lab().crl_pem, "R");
}

TEST(Request, refuses_a_lab_whose_names_are_more_than_names) {
  for (const auto* realm : {"", "A B", "A\\nB", "-A", ".A", "A/B", "A=B", "{A}"})
    EXPECT_NE(refusal(lab(realm, "88")).find("/lab/realm: must be a plain name"), std::string::npos) << realm;
  EXPECT_NE(refusal(lab("A", "0")).find("/lab/kdc/port"), std::string::npos);
  EXPECT_THROW(parse_request(with("")).lab(), BadInput);
}

}  // namespace
}  // namespace smx::agent
