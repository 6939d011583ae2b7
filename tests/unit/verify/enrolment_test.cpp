#include <gtest/gtest.h>

#include "tests/unit/verify/verify_fixture.h"

namespace smx::verify {
namespace {

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

}  // namespace
}  // namespace smx::verify
