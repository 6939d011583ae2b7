#include <gtest/gtest.h>

#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/windows/win32/delegation.h"

namespace smx::agent {
namespace {

const std::string kNonce(32, 'a');

Request whole_request() {
  return parse_request(
      R"({"format":1,"nonce":")" + kNonce +
      R"(","phase":"main","time_limit_ms":5000,"credentials":{"pin":"123456","puk":"1"},)"
      R"("card":{"application":"gids","certificate_pem":"C","atr":"3b68","may_block":false},)"
      R"("services":{"tls-server":{"host":"10.0.2.2","port":443,"name":"n","ca_pem":"P"}},)"
      R"("lab":{"kind":"external","realm":"R","domain":"d","user":"u","other_user":"o","ca_pem":"A",)"
      R"("crl_pem":"L","share":"\\\\s\\x","kdc":{"host":"h","port":88,"name":"k"},)"
      R"("web":{"host":"w","port":80,"name":"n"}}})");
}

TEST(Delegation, hands_the_whole_request_on) {
  const auto there = parse_request(request_json(whole_request(), "removed", std::chrono::milliseconds(1200)));
  EXPECT_EQ(there.phase, "removed");
  EXPECT_EQ(there.nonce, kNonce);
  EXPECT_EQ(there.time_limit, std::chrono::milliseconds(1200));
  EXPECT_EQ(there.credential("pin").reveal(), "123456");
  EXPECT_EQ(there.application, CardApplication::gids);
  EXPECT_EQ(there.certificate_pem, "C");
  EXPECT_EQ(there.atr, (Bytes{0x3b, 0x68}));
  EXPECT_FALSE(there.may_block);
  EXPECT_EQ(there.service("tls-server").ca_pem, "P");
  EXPECT_EQ(there.lab().kind, "external");
  EXPECT_EQ(there.lab().share, "\\\\s\\x");
  EXPECT_EQ(there.lab().web.port, 80);
}

std::string result(const std::string& checks, const std::string& details = "{}") {
  return R"({"format":1,"scenario":"x","phase":"main","nonce":")" + kNonce + R"(","checks":)" + checks +
         R"(,"details":)" + details + "}";
}

TEST(Delegation, takes_checks_and_details_over) {
  Reporter checks({"a", "b", "c", "d"});
  Details details;
  take_over(result(R"([{"id":"a","outcome":"passed","cause":"","message":"m"},)"
                   R"({"id":"b","outcome":"failed","cause":"w","message":"m"},)"
                   R"({"id":"c","outcome":"not-applicable","cause":"n","message":"m"},)"
                   R"({"id":"d","outcome":"blocked","cause":"b","message":"m"}])",
                   R"({"token":"t","n":3,"yes":true,"deep":{"x":"y"},"list":["1","2"]})"),
            "x", kNonce, checks, details);
  EXPECT_EQ(checks.reports()[0].outcome, CheckOutcome::passed);
  EXPECT_EQ(checks.reports()[1].cause, "w");
  EXPECT_EQ(checks.reports()[2].outcome, CheckOutcome::not_applicable);
  EXPECT_EQ(checks.reports()[3].outcome, CheckOutcome::blocked);
  const auto& values = details.values();
  EXPECT_EQ(std::get<std::string>(values.at("token")), "t");
  EXPECT_EQ(std::get<std::int64_t>(values.at("n")), 3);
  EXPECT_TRUE(std::get<bool>(values.at("yes")));
  EXPECT_EQ(std::get<std::string>(std::get<Details>(values.at("deep")).values().at("x")), "y");
  EXPECT_EQ(std::get<std::vector<std::string>>(values.at("list")).size(), 2u);
}

std::string refusal(const std::string& text) {
  Reporter checks({"a"});
  Details details;
  try {
    take_over(text, "x", kNonce, checks, details);
  } catch (const StepFailure& failure) {
    return failure.cause;
  } catch (const std::logic_error&) {
    return "a fault";
  }
  return "taken";
}

TEST(Delegation, takes_nothing_that_is_no_result_of_this_call) {
  EXPECT_EQ(refusal(""), "system-trouble");
  EXPECT_EQ(refusal("[]"), "system-trouble");
  EXPECT_EQ(refusal(std::string(2u << 20, ' ')), "system-trouble");
  EXPECT_EQ(refusal(R"({"scenario":"y","nonce":")" + kNonce + "\"}"), "system-trouble");
  EXPECT_EQ(refusal(R"({"scenario":"x","nonce":"b"})"), "system-trouble");
  EXPECT_EQ(refusal(result("[1]")), "system-trouble");
  EXPECT_EQ(refusal(result(R"([{"id":"a","outcome":"fine"}])")), "system-trouble");
  EXPECT_EQ(refusal(result(R"([{"id":"z","outcome":"passed"}])")), "a fault");
  EXPECT_EQ(refusal(result("[]")), "taken");
}

TEST(HttpAnswer, gives_the_token_of_a_good_answer_only) {
  EXPECT_EQ(token_of_answer("HTTP/1.0 200 OK\r\nA: b\r\n\r\nToken-1_x\r\n"), "Token-1_x");
  EXPECT_EQ(token_of_answer("HTTP/1.1 401 Unauthorized\r\n\r\nToken"), "");
  EXPECT_EQ(token_of_answer("HTTP/1.0 200 OK\r\n"), "");
  EXPECT_EQ(token_of_answer("HTTP/1.0 200 OK\r\n\r\n<html>"), "");
  EXPECT_EQ(token_of_answer("HTTP/1.0 200 OK\r\n\r\n" + std::string(129, 'a')), "");
  EXPECT_EQ(token_of_answer(""), "");
  EXPECT_EQ(token_of_answer("HTTP/1."), "");
  EXPECT_EQ(token_of_answer("HTTP/1.\r\n\r\n"), "");
}

}  // namespace
}  // namespace smx::agent
