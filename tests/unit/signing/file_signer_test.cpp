#include "harness/signing/file_signer.h"

#include <gmock/gmock.h>

#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/signing/verify.h"
#include "tests/unit/signing/test_signer.h"

namespace smx::signing {
namespace {

using ::testing::HasSubstr;
using testing::make_signer;
using testing::SignerFiles;
using testing::TestSigner;

class FileSignerTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Signer> open(const SignerFiles& files, const std::string& password = "") {
    const auto ask = [&] {
      ++asked_;
      return Secret(password);
    };
    return file_signer(files.certificate, files.key, ask, SystemClock().now());
  }
  SignerFiles made(const TestSigner& options, const std::string& name = "a") {
    return make_signer(folder_.path(), name, options);
  }
  std::string refused(const SignerFiles& files, const std::string& password = "") {
    try {
      open(files, password);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::usage) << e.what();
      return e.what();
    }
    ADD_FAILURE() << "it was not refused";
    return "";
  }

  TempDir folder_{std::filesystem::temp_directory_path(), "smx-signing-"};
  int asked_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Keys, FileSignerTest, ::testing::Values("rsa2048", "p256", "p384"),
                         [](const auto& kind) { return std::string(kind.param); });

TEST_P(FileSignerTest, signs_what_its_certificate_verifies_and_nothing_else) {
  TestSigner options;
  options.key = GetParam();
  const auto signer = open(made(options));
  const std::string content("what is\r\nsigned\0 as it is", 24);
  const auto signature = signer->sign_detached(content);
  const auto result = verify_detached(content, signature, signer->identity());
  EXPECT_TRUE(result.valid) << result.why;
  EXPECT_EQ(result.signer, signer->identity());
  ASSERT_TRUE(result.signed_at);
  EXPECT_LT(SystemClock().now() - *result.signed_at, std::chrono::minutes(5));
  const auto other = verify_detached(content + " ", signature, signer->identity());
  EXPECT_FALSE(other.valid);
  EXPECT_THAT(other.why, HasSubstr("does not fit the signed content"));
  EXPECT_FALSE(other.signed_at) << "a time that is not signed";
  EXPECT_EQ(asked_, 0) << "the key is not encrypted";
}

TEST_F(FileSignerTest, names_who_signs) {
  TestSigner options;
  options.name = "Zoë, QA";
  const auto signer = open(made(options));
  EXPECT_EQ(signer->identity().subject, "CN=Zoë\\, QA");
  EXPECT_EQ(signer->identity().fingerprint.size(), 64u);
  EXPECT_EQ(read_identity((folder_.path() / "a.pem").string()), signer->identity());
}

TEST_F(FileSignerTest, opens_an_encrypted_key_with_its_password_asked_once) {
  TestSigner options;
  options.password = "correct horse";
  const auto files = made(options);
  const auto signer = open(files, "correct horse");
  EXPECT_EQ(asked_, 1);
  EXPECT_TRUE(verify_detached("x", signer->sign_detached("x"), signer->identity()).valid);
  asked_ = 0;
  EXPECT_THAT(refused(files, "wrong horse"), HasSubstr("a.key: the password does not open this key"));
  EXPECT_THAT(refused(files, ""), HasSubstr("the password does not open"));
  EXPECT_EQ(asked_, 2) << "a wrong password is not asked for again";
}

TEST_F(FileSignerTest, lets_through_that_no_password_could_be_had) {
  TestSigner options;
  options.password = "secret";
  const auto files = made(options);
  const auto cancelled = []() -> Secret { throw Cancelled(); };
  EXPECT_THROW(file_signer(files.certificate, files.key, cancelled, SystemClock().now()), Cancelled);
}

TEST_F(FileSignerTest, refuses_a_key_that_is_not_the_certificates) {
  const auto a = made({}, "a"), b = made({}, "b");
  EXPECT_THAT(refused({a.certificate, b.key}), HasSubstr("b.key is not the key of the certificate in"));
  TestSigner curve;
  curve.key = "p256";
  EXPECT_THAT(refused({a.certificate, made(curve, "c").key}), HasSubstr("is not the key"));
}

TEST_F(FileSignerTest, refuses_a_certificate_that_is_not_valid_now) {
  TestSigner past;
  past.from_day = -30, past.to_day = -1;
  EXPECT_THAT(refused(made(past)), HasSubstr("the certificate expired on "));
  TestSigner future;
  future.from_day = 1;
  EXPECT_THAT(refused(made(future)), HasSubstr("is not valid before "));
}

TEST_F(FileSignerTest, refuses_a_certificate_that_is_not_for_signing) {
  TestSigner options;
  options.key_usage = "critical,keyEncipherment";
  EXPECT_THAT(refused(made(options)), HasSubstr("not for signing"));
  options.key_usage = "critical,nonRepudiation";
  EXPECT_TRUE(open(made(options)));
  options.key_usage = nullptr;
  EXPECT_TRUE(open(made(options)));
}

TEST_F(FileSignerTest, refuses_a_kind_of_key_that_cms_does_not_know) {
  TestSigner options;
  options.key = "ed25519";
  EXPECT_THAT(refused(made(options)), HasSubstr("neither RSA nor"));
}

TEST_F(FileSignerTest, names_the_file_that_is_not_what_it_should_be) {
  const auto good = made({});
  const auto text = (folder_.path() / "text").string();
  write_file_atomically(text, "no PEM");
  EXPECT_THAT(refused({text, good.key}), HasSubstr("text: there is no certificate in it"));
  EXPECT_THAT(refused({good.certificate, text}), HasSubstr("text: there is no private key in it"));
  EXPECT_THAT(refused({good.certificate, good.certificate}), HasSubstr("there is no private key in it"));
  EXPECT_THAT(refused({(folder_.path() / "none").string(), good.key}), HasSubstr("none cannot be read"));
}

}  // namespace
}  // namespace smx::signing
