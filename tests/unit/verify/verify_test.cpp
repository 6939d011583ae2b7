#include <gtest/gtest.h>

#include <set>

#include "tests/unit/verify/verify_fixture.h"

namespace smx::verify {
namespace {

TEST_F(Verify, refuses_a_verifier_that_nobody_knows) {
  EXPECT_THROW(ask("nonsense"), Error);
}

// ---- card-restored -----------------------------------------------------------------------------

TEST_F(Verify, card_is_restored_when_all_is_as_issued) {
  after_.pin_changes = 2;
  after_.pin_blocks = 1;
  const auto checks = ask("card-restored");
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].id, "card-restored");
  EXPECT_EQ(said(checks[0]), "passed");
  EXPECT_EQ(checks[1].id, "card-saw-change-and-block");
  EXPECT_EQ(said(checks[1]), "passed");
}

TEST_F(Verify, card_that_the_controller_does_not_see_is_not_judged) {
  after_.pin_changes = 2;
  after_.pin_blocks = 1;
  after_.observable = before_.observable = false;
  const auto checks = ask("card-restored");
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(said(checks[0]), "blocked not-observable");
  EXPECT_EQ(said(checks[1]), "blocked not-observable");
}

TEST_F(Verify, signature_of_a_card_that_is_not_seen_stands_by_the_challenge_alone) {
  before_.observable = after_.observable = false;
  after_.signatures = 0;
  details_["main"] = {{"certificate_pem", rsa().pem},
                      {"signature", sign(rsa(), std::string("safemode-matrix certutil-scinfo ") + kNonce)}};
  EXPECT_EQ(one("signature"), "passed");
  details_["main"]["signature"] =
      sign(rsa(), "safemode-matrix certutil-scinfo 00000000000000000000000000000000");
  EXPECT_EQ(one("signature"), "failed wrong-signature");
  details_["main"]["signature"] = sign(p256(), std::string("safemode-matrix certutil-scinfo ") + kNonce);
  EXPECT_EQ(one("signature"), "failed wrong-signature");
}

TEST_F(Verify, card_whose_certificate_nobody_named_is_not_judged) {
  card_.certificate_pem = "";
  EXPECT_EQ(one("signature"), "blocked no-card-certificate");
  EXPECT_EQ(one("tls-server-log"), "blocked no-card-certificate");
}

TEST_F(Verify, card_with_another_pin_or_puk_is_not_restored) {
  after_.pin_is_initial = false;
  EXPECT_EQ(one("card-restored"), "failed pin-not-restored");
  after_ = kFresh;
  after_.puk_is_initial = false;
  EXPECT_EQ(one("card-restored"), "failed puk-not-restored");
}

TEST_F(Verify, card_with_a_spent_try_is_not_restored) {
  after_.pin_tries_left = 2;
  EXPECT_EQ(one("card-restored"), "failed counter-not-restored");
  after_ = kFresh;
  after_.puk_tries_left = 2;
  EXPECT_EQ(one("card-restored"), "failed counter-not-restored");
}

TEST_F(Verify, card_that_saw_no_change_or_no_block_contradicts_the_agent) {
  after_.pin_changes = 1;
  after_.pin_blocks = 1;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed card-saw-less");
  after_.pin_changes = 2;
  after_.pin_blocks = 0;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed card-saw-less");
}

TEST_F(Verify, what_the_card_saw_before_does_not_count) {
  before_.pin_changes = after_.pin_changes = 2;
  before_.pin_blocks = after_.pin_blocks = 1;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed card-saw-less");
  after_.pin_changes = 0;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed counter-went-back");
}

TEST_F(Verify, card_that_may_not_be_blocked_must_have_seen_two_changes_and_no_block) {
  card_.may_block = false;
  after_.pin_changes = 2;
  EXPECT_EQ(said(ask("card-restored")[1]), "passed");
  after_.pin_changes = 1;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed card-saw-less");
  after_.pin_changes = 2;
  after_.pin_blocks = 1;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed card-was-blocked");
}

TEST_F(Verify, card_that_cannot_be_written_must_have_seen_nothing) {
  not_applicable_ = {excuse("pin-changed", "read-only-card")};
  EXPECT_EQ(said(ask("card-restored")[0]), "passed");
  EXPECT_EQ(said(ask("card-restored")[1]), "not-applicable read-only-card");
  after_.pin_changes = 2;
  after_.pin_blocks = 1;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed card-was-written") << "all was done, whatever is said";
  after_.pin_changes = 0;
  EXPECT_EQ(said(ask("card-restored")[1]), "failed card-was-written");
  after_.pin_blocks = 0;
  after_.pin_tries_left = 2;
  EXPECT_EQ(said(ask("card-restored")[0]), "failed counter-not-restored") << "a wrong PIN was left on it";
  before_.observable = false;
  EXPECT_EQ(said(ask("card-restored")[1]), "blocked not-observable");
}

TEST_F(Verify, another_excuse_than_a_card_that_cannot_be_written_is_none) {
  for (const auto& other :
       {excuse("pin-changed", "may-not-block"), excuse("pin-blocked", "read-only-card")}) {
    not_applicable_ = {other};
    EXPECT_EQ(said(ask("card-restored")[1]), "failed card-saw-less");
  }
}

// ---- card-signed, propagated-certificate -------------------------------------------------------

TEST_F(Verify, card_that_did_not_sign_contradicts_whoever_says_it_logged_somebody_on) {
  before_.signatures = after_.signatures = 7;
  EXPECT_EQ(one("card-signed"), "failed card-saw-less");
  after_.signatures = 6;
  EXPECT_EQ(one("card-signed"), "failed card-saw-less");
  after_.signatures = 8;
  EXPECT_EQ(one("card-signed"), "passed");
  before_.observable = after_.observable = false;
  EXPECT_EQ(one("card-signed"), "not-applicable not-observable");
}

TEST_F(Verify, certificate_in_the_store_must_be_the_card_s_own) {
  details_["inserted"]["certificate_pem"] = rsa().pem;
  EXPECT_EQ(one("propagated-certificate"), "passed");
  details_["inserted"]["certificate_pem"] = issue(ca(), vm::KeyKind::p256).pem;
  EXPECT_EQ(one("propagated-certificate"), "failed other-certificate");
  details_["inserted"]["certificate_pem"] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(one("propagated-certificate"), "failed no-certificate");
  details_["inserted"]["certificate_pem"] = 1;
  EXPECT_EQ(one("propagated-certificate"), "failed no-certificate");
  details_.erase("inserted");
  // What was there before the insertion does not count.
  details_["removed"]["certificate_pem"] = rsa().pem;
  EXPECT_EQ(one("propagated-certificate"), "failed no-certificate");
  card_.certificate_pem = "";
  EXPECT_EQ(one("propagated-certificate"), "blocked no-card-certificate");
}

// ---- signature ---------------------------------------------------------------------------------

class VerifySignature : public Verify {
 protected:
  VerifySignature() { claim(rsa(), std::string("safemode-matrix certutil-scinfo ") + kNonce); }
  void claim(const Identity& by, const std::string& message) {
    details_["main"] = {{"certificate_pem", by.pem},
                        {"signature", sign(by, message)},
                        {"signed_bytes", base64_encode(message)}};
  }
  std::string result() { return one("signature"); }
};

TEST_F(VerifySignature, passes_for_the_cards_signature_over_this_challenge) {
  EXPECT_EQ(result(), "passed");
}

TEST_F(VerifySignature, passes_for_an_elliptic_curve_card) {
  card_.certificate_pem = p256().pem;
  claim(p256(), std::string("safemode-matrix certutil-scinfo ") + kNonce);
  EXPECT_EQ(result(), "passed");
}

TEST_F(VerifySignature, fails_for_a_replayed_challenge) {
  claim(rsa(), "safemode-matrix certutil-scinfo 00000000000000000000000000000000");
  EXPECT_EQ(result(), "failed wrong-signature");
}

TEST_F(VerifySignature, fails_for_another_key_under_the_cards_certificate) {
  claim(p256(), std::string("safemode-matrix certutil-scinfo ") + kNonce);
  details_["main"]["certificate_pem"] = rsa().pem;
  EXPECT_EQ(result(), "failed wrong-signature");
}

TEST_F(VerifySignature, fails_for_another_certificate_even_with_a_good_signature_of_its_own) {
  claim(p256(), std::string("safemode-matrix certutil-scinfo ") + kNonce);
  EXPECT_EQ(result(), "failed other-certificate");
}

TEST_F(VerifySignature, fails_for_malformed_claims) {
  for (const json& signature : {json("!!"), json(""), json(1), json("AAAA")}) {
    details_["main"]["signature"] = signature;
    EXPECT_NE(result(), "passed") << signature;
  }
  details_["main"]["certificate_pem"] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(result(), "failed other-certificate");
  details_ = nullptr;
  EXPECT_EQ(result(), "failed other-certificate");
}

TEST_F(VerifySignature, fails_when_the_card_itself_signed_nothing) {
  after_.signatures = before_.signatures;
  EXPECT_EQ(result(), "failed card-saw-less");
}

TEST_F(VerifySignature, a_card_whose_certificate_is_none_is_our_own_fault) {
  card_.certificate_pem = "-----BEGIN CERTIFICATE-----";
  EXPECT_THROW(result(), Error);
}

TEST(Certificates, asks_for_no_password_for_an_encrypted_block) {
  EXPECT_EQ(certificate_sha256("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                               "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
                               "-----END CERTIFICATE-----\n"),
            "");
}

// ---- kdc-log -----------------------------------------------------------------------------------

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

// ---- what a card cannot do ----------------------------------------------------------------------

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

// ---- enrolment ---------------------------------------------------------------------------------

class VerifyEnrolment : public Verify {
 protected:
  VerifyEnrolment() {
    after_.keys_made = 1;
    details_["main"] = {{"certificate_pem", fresh().pem}, {"token", "t1"}};
    request() = {{"user@LAB.TEST", rsa().sha256, "t0", fresh().sha256}};
    use() = {{"user@LAB.TEST", fresh().sha256, "t1", ""}};
  }
  static const Identity& fresh() {
    static const Identity kIdentity = issue(ca(), vm::KeyKind::rsa2048);
    return kIdentity;
  }
  std::vector<WebSeen>& request() { return web_[std::string("/enrol/") + kNonce]; }
  std::vector<WebSeen>& use() { return web_[std::string("/") + kNonce + "-enrolled"]; }
  std::string all() {
    std::string text;
    for (const auto& check : ask("enrolment")) text += (text.empty() ? "" : ", ") + said(check);
    return text;
  }
};

TEST_F(VerifyEnrolment, passes_for_a_key_of_the_card_that_was_certified_and_used) {
  EXPECT_EQ(all(), "passed, passed, passed");
}

TEST_F(VerifyEnrolment, fails_for_a_key_that_the_card_did_not_make) {
  after_.keys_made = before_.keys_made;
  EXPECT_EQ(all(), "failed card-saw-less, passed, passed");
  before_.observable = false;
  EXPECT_EQ(all(), "blocked not-observable, passed, passed");
}

TEST_F(VerifyEnrolment, fails_when_nothing_was_issued_to_this_attempt) {
  const auto seen = request();
  request().clear();
  EXPECT_EQ(all(), "passed, failed nothing-issued, failed nothing-issued");
  web_["/enrol/00000000000000000000000000000000"] = seen;
  EXPECT_EQ(all(), "passed, failed nothing-issued, failed nothing-issued");
  request() = {{"", "", "", ""}};
  EXPECT_EQ(all(), "passed, failed nothing-issued, failed nothing-issued");
}

TEST_F(VerifyEnrolment, fails_for_another_requester_card_or_certificate) {
  request()[0].user = "other@LAB.TEST";
  EXPECT_EQ(all(), "passed, failed other-user, failed nothing-issued");
  request()[0] = {"user@LAB.TEST", p256().sha256, "t0", fresh().sha256};
  EXPECT_EQ(all(), "passed, failed other-certificate, failed nothing-issued");
  request()[0] = {"user@LAB.TEST", rsa().sha256, "t0", p256().sha256};
  EXPECT_EQ(all(), "passed, failed wrong-certificate, failed nothing-issued");
  details_["main"].erase("certificate_pem");
  EXPECT_EQ(all(), "passed, failed wrong-certificate, failed nothing-issued");
}

TEST_F(VerifyEnrolment, fails_when_the_new_certificate_was_not_the_one_that_was_used) {
  use()[0].card_sha256 = rsa().sha256;
  EXPECT_EQ(all(), "passed, passed, failed other-certificate") << "the old one's ticket";
  use()[0] = {"other@LAB.TEST", fresh().sha256, "t1", ""};
  EXPECT_EQ(all(), "passed, passed, failed other-user");
  use()[0] = {"user@LAB.TEST", fresh().sha256, "t2", ""};
  EXPECT_EQ(all(), "passed, passed, failed service-saw-nothing");
  use().clear();
  EXPECT_EQ(all(), "passed, passed, failed service-saw-nothing");
}

TEST_F(VerifyEnrolment, is_blocked_without_a_lab_or_a_certificate) {
  card_.certificate_pem.clear();
  EXPECT_EQ(all(), "passed, blocked no-card-certificate, blocked no-card-certificate");
  lab_.reset();
  EXPECT_EQ(all(), "passed, blocked no-lab, blocked no-lab");
}

// ---- web-log -----------------------------------------------------------------------------------

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
