#include <gtest/gtest.h>

#include "tests/unit/verify/verify_fixture.h"

namespace smx::verify {
namespace {

// ---- tls-server-log ----------------------------------------------------------------------------

class VerifyTls : public Verify {
 protected:
  VerifyTls() {
    log_[path("tls12")] = {{"TLSv1.2", true, rsa().sha256, "token12"}};
    log_[path("tls13")] = {{"TLSv1.3", true, rsa().sha256, "token13"}};
    details_["main"] = {{"tls12", {{"token", "token12"}}}, {"tls13", {{"token", "token13"}}}};
  }
  static std::string path(const std::string& key) { return std::string("/") + kNonce + "-" + key; }
  std::string result() { return one("tls-server-log"); }
};

TEST_F(VerifyTls, passes_when_both_versions_are_in_the_log) {
  EXPECT_EQ(result(), "passed");
}

TEST_F(VerifyTls, fails_without_an_entry_for_either_version) {
  auto log = log_;
  log_.erase(path("tls12"));
  EXPECT_EQ(result(), "failed server-saw-nothing");
  log_ = log;
  log_.erase(path("tls13"));
  EXPECT_EQ(result(), "failed server-saw-nothing");
}

TEST_F(VerifyTls, fails_for_a_handshake_of_the_other_version_or_an_incomplete_one) {
  log_[path("tls13")][0].version = "TLSv1.2";
  EXPECT_EQ(result(), "failed server-saw-nothing");
  log_[path("tls13")][0] = {"TLSv1.3", false, rsa().sha256, "token13"};
  EXPECT_EQ(result(), "failed server-saw-nothing");
}

TEST_F(VerifyTls, fails_for_another_certificate) {
  log_[path("tls12")][0].certificate_sha256 = p256().sha256;
  EXPECT_EQ(result(), "failed other-certificate");
}

TEST_F(VerifyTls, fails_for_a_forged_missing_or_mistyped_token) {
  for (const json& token : {json("forged"), json(""), json(nullptr), json(12), json::array()}) {
    details_["main"]["tls13"]["token"] = token;
    EXPECT_EQ(result(), "failed wrong-token") << token;
  }
  details_ = json::array();
  EXPECT_EQ(result(), "failed wrong-token");
}

TEST_F(VerifyTls, an_empty_token_in_the_log_matches_nothing) {
  log_[path("tls12")][0].token = "";
  details_["main"]["tls12"]["token"] = "";
  EXPECT_EQ(result(), "failed wrong-token");
}

TEST_F(VerifyTls, fails_for_tokens_that_were_swapped_between_versions) {
  std::swap(details_["main"]["tls12"], details_["main"]["tls13"]);
  EXPECT_EQ(result(), "failed wrong-token");
}

TEST_F(VerifyTls, finds_the_right_connection_among_failed_ones) {
  log_[path("tls12")].insert(log_[path("tls12")].begin(), {"TLSv1.2", false, "", ""});
  EXPECT_EQ(result(), "passed");
}

TEST_F(VerifyTls, excuses_a_gids_card_from_tls_1_3_where_the_agent_says_so) {
  log_.erase(path("tls13"));
  not_applicable_ = {excuse("tls13-authenticated", "no-rsa-pss")};
  EXPECT_EQ(result(), "failed server-saw-nothing") << "a PIV card has no excuse";
  card_.application = CardApplication::gids;
  EXPECT_EQ(result(), "passed");
  EXPECT_NE(ask("tls-server-log").at(0).message.find("by TLSv1.2 the server"), std::string::npos);
  not_applicable_ = {excuse("tls13-authenticated", "no-tls13")};
  EXPECT_EQ(result(), "failed server-saw-nothing") << "the card is no excuse for the system";
}

TEST_F(VerifyTls, excuses_a_system_that_is_known_to_have_no_tls_1_3_where_the_agent_says_so) {
  log_.erase(path("tls13"));
  not_applicable_ = {excuse("tls13-authenticated", "no-tls13")};
  EXPECT_EQ(result(), "failed server-saw-nothing") << "the agent's word alone is none";
  lacks_tls13_ = true;
  EXPECT_EQ(result(), "passed");
  not_applicable_ = {excuse("tls13-authenticated", "no-rsa-pss")};
  EXPECT_EQ(result(), "failed server-saw-nothing") << "the system is no excuse for the card";
  not_applicable_ = {};
  EXPECT_EQ(result(), "failed server-saw-nothing") << "nor is it one that nobody asked for";
}

TEST_F(VerifyTls, excuses_nothing_from_tls_1_2) {
  card_.application = CardApplication::gids;
  lacks_tls13_ = true;
  log_.erase(path("tls12"));
  for (const auto* cause : {"no-tls13", "no-rsa-pss"}) {
    not_applicable_ = {excuse("tls12-authenticated", cause), excuse("tls13-authenticated", cause)};
    EXPECT_EQ(result(), "failed server-saw-nothing");
  }
}

TEST_F(VerifyTls, is_blocked_without_a_server) {
  const VerifyContext context{kNonce, card_, before_, after_, {}};
  EXPECT_EQ(said(verify("tls-server-log", details_, context).at(0)), "blocked no-tls-server");
}

}  // namespace
}  // namespace smx::verify
