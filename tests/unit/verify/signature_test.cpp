#include <gtest/gtest.h>

#include "tests/unit/verify/verify_fixture.h"

namespace smx::verify {
namespace {

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

}  // namespace
}  // namespace smx::verify
