#include <gtest/gtest.h>

#include <set>

#include "tests/unit/verify/verify_fixture.h"

namespace smx::verify {
namespace {

class VerifyKdc : public Verify {};

TEST_F(VerifyKdc, passes_for_the_cards_certificate_and_its_holder) {
  kdc_ = {{kSameSecond, p256().sha256, "user@LAB.TEST"}, {kSameSecond, rsa().sha256, "user@LAB.TEST"}};
  EXPECT_EQ(one("kdc-log"), "passed");
}

TEST_F(VerifyKdc, fails_when_the_kdc_saw_nothing_since_the_attempt_began) {
  EXPECT_EQ(one("kdc-log"), "failed kdc-saw-nothing");
  kdc_ = {{kSameSecond - Milliseconds(1000), rsa().sha256, "user@LAB.TEST"}};
  EXPECT_EQ(one("kdc-log"), "failed kdc-saw-nothing") << "an earlier attempt's";
}

TEST_F(VerifyKdc, fails_for_another_certificate_or_another_user) {
  kdc_ = {{kBegan, p256().sha256, "user@LAB.TEST"}};
  EXPECT_EQ(one("kdc-log"), "failed other-certificate");
  kdc_ = {{kBegan, rsa().sha256, "other@LAB.TEST"}};
  EXPECT_EQ(one("kdc-log"), "failed other-certificate");
}

TEST_F(VerifyKdc, is_blocked_without_a_lab_or_a_certificate) {
  card_.certificate_pem.clear();
  EXPECT_EQ(one("kdc-log"), "blocked no-card-certificate");
  lab_.reset();
  EXPECT_EQ(one("kdc-log"), "blocked no-lab");
}

class VerifyExcuse : public Verify {
 protected:
  void SetUp() override {
    not_applicable_ = {excuse("ticket-obtained", "rsa-only"), excuse("key-generated", "no-management-key")};
  }
  std::set<std::string> all() {
    std::set<std::string> said_of_all;
    for (const auto* verifier : {"kdc-log", "web-log", "enrolment"})
      for (const auto& check : ask(verifier)) said_of_all.insert(said(check));
    return said_of_all;
  }
};

TEST_F(VerifyExcuse, stands_where_the_cards_key_is_of_a_curve) {
  card_.certificate_pem = p256().pem;
  EXPECT_EQ(all(), (std::set<std::string>{"not-applicable rsa-only"}));
  not_applicable_ = {excuse("logged-on-online", "rsa-only")};
  EXPECT_EQ(one("kdc-log"), "not-applicable rsa-only");
}

TEST_F(VerifyExcuse, is_not_the_agents_to_give) {
  card_.management_key = Secret("00");
  EXPECT_EQ(all(), (std::set<std::string>{"failed kdc-saw-nothing", "failed service-saw-nothing",
                                          "failed card-saw-less", "failed nothing-issued"}));
  card_.certificate_pem = p256().pem;
  not_applicable_.clear();
  EXPECT_EQ(one("kdc-log"), "failed kdc-saw-nothing");
}

TEST_F(VerifyExcuse, of_a_management_key_stands_where_it_is_not_known) {
  for (const auto& check : ask("enrolment")) EXPECT_EQ(said(check), "not-applicable no-management-key");
  card_.application = CardApplication::gids;  // which needs none
  EXPECT_EQ(one("enrolment"), "failed card-saw-less");
}

class VerifyWeb : public Verify {
 protected:
  VerifyWeb() { details_["main"]["token"] = "t1"; }
  std::vector<WebSeen>& page() { return web_[std::string("/") + kNonce + "-resource"]; }
  WebSeen good() const { return {"user@LAB.TEST", rsa().sha256, "t1", ""}; }
};

TEST_F(VerifyWeb, passes_for_the_holders_ticket_that_the_card_obtained) {
  page() = {{"", "", "", ""}, good()};
  EXPECT_EQ(one("web-log"), "passed");
}

TEST_F(VerifyWeb, fails_when_nobody_was_let_in) {
  EXPECT_EQ(one("web-log"), "failed service-saw-nothing");
  page() = {{"", "", "", ""}};
  EXPECT_EQ(one("web-log"), "failed service-saw-nothing");
  web_["/00000000000000000000000000000000-resource"] = {good()};
  EXPECT_EQ(one("web-log"), "failed service-saw-nothing") << "another attempt's";
}

TEST_F(VerifyWeb, fails_for_another_token_user_or_card) {
  auto seen = good();
  seen.token = "t2";
  page() = {seen};
  EXPECT_EQ(one("web-log"), "failed wrong-token");
  seen = good();
  seen.user = "other@LAB.TEST";
  page() = {seen};
  EXPECT_EQ(one("web-log"), "failed other-user");
  seen = good();
  seen.card_sha256 = p256().sha256;
  page() = {seen};
  EXPECT_EQ(one("web-log"), "failed other-certificate");
  seen.card_sha256 = "";
  page() = {seen};
  EXPECT_EQ(one("web-log"), "failed other-certificate") << "a ticket by a password";
}

TEST_F(VerifyWeb, an_empty_token_matches_nothing) {
  auto seen = good();
  seen.token = "";
  page() = {seen};
  details_["main"]["token"] = "";
  EXPECT_EQ(one("web-log"), "failed wrong-token");
}

/// An existing domain: the lab was used, and nobody here can ask it.
class VerifyDomain : public Verify {
 protected:
  VerifyDomain() { lab_ = LabWitness{"jdoe@CORP.EXAMPLE", {}, {}, "nobody can ask CORP.EXAMPLE"}; }
};

TEST_F(VerifyDomain, blocks_what_the_lab_alone_could_have_seen_and_says_why) {
  details_["main"]["token"] = "t1";
  for (const auto* verifier : {"kdc-log", "web-log"}) {
    const auto checks = ask(verifier);
    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(said(checks[0]), "blocked no-lab-witness") << verifier;
    EXPECT_EQ(checks[0].message, "nobody can ask CORP.EXAMPLE");
    EXPECT_EQ(fold(checks, {checks[0].id}).outcome, Outcome::blocked);
  }
}

TEST_F(VerifyDomain, leaves_of_an_enrolment_what_the_card_itself_saw) {
  after_.keys_made = before_.keys_made + 1;
  const auto checks = ask("enrolment");
  ASSERT_EQ(checks.size(), 3u);
  EXPECT_EQ(said(checks[0]), "passed");
  EXPECT_EQ(said(checks[1]), "blocked no-lab-witness");
  EXPECT_EQ(said(checks[2]), "blocked no-lab-witness");
  std::vector<std::string> ids;
  for (const auto& check : checks) ids.push_back(check.id);
  EXPECT_EQ(fold(checks, ids).cause, "no-lab-witness");
}

TEST_F(VerifyDomain, asks_for_no_certificate_that_would_not_help) {
  card_.certificate_pem.clear();
  EXPECT_EQ(one("kdc-log"), "blocked no-lab-witness");
}

TEST_F(VerifyDomain, still_excuses_a_card_that_bears_the_agents_word_out) {
  not_applicable_ = {excuse("ticket-obtained", "rsa-only")};
  EXPECT_EQ(one("kdc-log"), "blocked no-lab-witness") << "an RSA card can log on";
  card_.certificate_pem = p256().pem;
  EXPECT_EQ(one("kdc-log"), "not-applicable rsa-only");
}

TEST_F(VerifyWeb, is_blocked_without_a_lab) {
  lab_.reset();
  EXPECT_EQ(one("web-log"), "blocked no-lab");
}

}  // namespace
}  // namespace smx::verify
