// OpenSC, as a stranger, judges the card: through a private pcscd and vsmartcard's virtual reader.

#include "tests/integration/card/opensc_fixture.h"
#include "vm/card/device/card_contents.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class OpenSc : public OpenScFixture {
 protected:
  CommandResult verify_pin(std::string_view pin) {
    return run({"pkcs15-tool", "--verify-pin", "--pin", std::string(pin)});
  }
};

INSTANTIATE_TEST_SUITE_P(Keys, OpenSc, ::testing::Values(KeyKind::rsa2048, KeyKind::p256, KeyKind::p384),
                         name_of_kind);

TEST_P(OpenSc, recognizes_and_lists_the_card) {
  EXPECT_THAT(run({"opensc-tool", "-n"}).out, HasSubstr("Personal Identity Verification Card"));
  const auto list = run({"pkcs11-tool", "--list-objects"});
  EXPECT_TRUE(list.ok()) << list.out;
  EXPECT_THAT(list.out, HasSubstr("Certificate for PIV Authentication"));
  EXPECT_THAT(list.out, HasSubstr("CN=Lab User"));
  const auto dump = run({"pkcs15-tool", "--dump"});
  EXPECT_THAT(dump.out, HasSubstr("PIV AUTH key"));
  EXPECT_THAT(dump.out, HasSubstr(card_guid(card_->data())));
  const auto serial = run({"piv-tool", "--serial"});
  EXPECT_TRUE(serial.ok()) << serial.out;
}

TEST_P(OpenSc, reads_the_certificate_that_the_lab_issued) {
  const auto read = run({"pkcs15-tool", "--read-certificate", "01"});
  EXPECT_THAT(read.out, HasSubstr(pem_of_certificate(authentication_certificate(card_->data()).value())));
  file("ca.pem", ca_.chain_pem());
  write_public_key(kKeyAuthentication);
  const auto chain = run({"openssl", "verify", "-purpose", "sslclient", "-CAfile", "ca.pem", "card.pem"});
  EXPECT_TRUE(chain.ok()) << chain.out;
}

TEST_P(OpenSc, counts_wrong_pins_down_and_unblocks_by_puk) {
  for (int left = 2; left >= 0; --left) {
    EXPECT_THAT(verify_pin("000000").out, HasSubstr("PIN code or key incorrect"));
    EXPECT_EQ(card_->status().pin.tries_left, left);
  }
  EXPECT_THAT(verify_pin(kPin).out, HasSubstr("blocked"));
  const auto refused = run({"pkcs15-tool", "--unblock-pin", "--puk", "00000000", "--new-pin", "55667788"});
  EXPECT_FALSE(refused.ok()) << refused.out;
  EXPECT_EQ(card_->status().puk.tries_left, 2);
  const auto unblocked =
      run({"pkcs15-tool", "--unblock-pin", "--puk", std::string(kPuk), "--new-pin", "55667788"});
  EXPECT_TRUE(unblocked.ok()) << unblocked.out;
  EXPECT_TRUE(verify_pin("55667788").ok());
  EXPECT_FALSE(verify_pin(kPin).ok());
  EXPECT_EQ(card_->status().counters.pin_blocks, 1u);
}

TEST_P(OpenSc, logs_in_and_changes_the_pin) {
  const auto wrong = run({"pkcs11-tool", "--login", "--pin", "000000", "--list-objects"});
  EXPECT_THAT(wrong.out, HasSubstr("CKR_PIN_INCORRECT"));
  const auto right = run({"pkcs11-tool", "--login", "--pin", std::string(kPin), "--list-objects"});
  EXPECT_TRUE(right.ok()) << right.out;
  EXPECT_THAT(right.out, HasSubstr("Private Key Object"));
  const auto change =
      run({"pkcs11-tool", "--login", "--pin", std::string(kPin), "--change-pin", "--new-pin", "55667788"});
  EXPECT_THAT(change.out, HasSubstr("PIN successfully changed"));
  EXPECT_TRUE(verify_pin("55667788").ok());
  EXPECT_FALSE(verify_pin(kPin).ok());
  EXPECT_FALSE(card_->status().pin.is_initial);
}

TEST_P(OpenSc, makes_a_signature_that_openssl_verifies) {
  const bool rsa = GetParam() == KeyKind::rsa2048;
  file("data", "what is signed");
  write_public_key(kKeyAuthentication);
  std::vector<std::string> sign{"pkcs11-tool",
                                "--login",
                                "--pin",
                                std::string(kPin),
                                "--sign",
                                "--id",
                                "01",
                                "-m",
                                rsa ? "SHA256-RSA-PKCS" : "ECDSA-SHA256",
                                "-i",
                                "data",
                                "-o",
                                "signature"};
  if (!rsa) sign.insert(sign.end(), {"--signature-format", "openssl"});
  const auto signed_data = run(sign);
  ASSERT_TRUE(signed_data.ok()) << signed_data.out;
  const std::vector<std::string> verify{"openssl", "dgst",       "-sha256",   "-verify",
                                        "key.pem", "-signature", "signature", "data"};
  EXPECT_THAT(run(verify).out, HasSubstr("Verified OK"));
  file("data", "something else");
  EXPECT_THAT(run(verify).out, Not(HasSubstr("Verified OK")));
  EXPECT_EQ(card_->status().counters.signatures, 1u);
}

TEST_P(OpenSc, finds_no_fault_in_its_own_test) {
  const auto test = run({"pkcs11-tool", "--test", "--login", "--pin", std::string(kPin)});
  EXPECT_TRUE(test.ok()) << test.out;
  EXPECT_THAT(test.out, HasSubstr("No errors"));
}

TEST_P(OpenSc, never_puts_the_pin_into_the_trace) {
  EXPECT_TRUE(verify_pin(kPin).ok());
  const auto trace = card_->take_trace();
  EXPECT_THAT(trace, HasSubstr("VERIFY PIN, 8 bytes in -> 9000 (ok)"));
  EXPECT_THAT(trace, Not(HasSubstr(std::string(kPin))));
  EXPECT_THAT(trace, Not(HasSubstr(hex(as_bytes(kPin)))));
}

}  // namespace
}  // namespace smx::vm
