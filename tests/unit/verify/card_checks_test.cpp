#include <gtest/gtest.h>

#include "tests/unit/verify/verify_fixture.h"

namespace smx::verify {
namespace {

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

TEST_F(Verify, card_that_signed_less_than_six_times_was_not_used_by_both_in_each_phase) {
  before_.signatures = after_.signatures = 7;
  EXPECT_EQ(one("card-signed-by-both"), "failed card-saw-less");
  after_.signatures = 6;
  EXPECT_EQ(one("card-signed-by-both"), "failed card-saw-less");
  after_.signatures = 12;
  EXPECT_EQ(one("card-signed-by-both"), "failed card-saw-less") << "one program signed in two phases only";
  after_.signatures = 13;
  EXPECT_EQ(one("card-signed-by-both"), "passed");
  before_.observable = after_.observable = false;
  EXPECT_EQ(one("card-signed-by-both"), "not-applicable not-observable");
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

}  // namespace
}  // namespace smx::verify
