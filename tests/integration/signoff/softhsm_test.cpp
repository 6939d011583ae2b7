// A token in software: SoftHSM, with its tokens in a folder of the test's own.

#include <gmock/gmock.h>

#include <cstdlib>

#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "harness/signing/token_signer.h"
#include "harness/signing/verify.h"
#include "tests/unit/signing/test_signer.h"

namespace smx::signing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::make_signer;

using testing::TestSigner;

constexpr const char* kPin = "24681357";

std::string softhsm_module() {
  for (const auto* path :
       {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"})
    if (std::filesystem::exists(path)) return path;
  return "";
}

class SoftHsm : public ::testing::Test {
 protected:
  void SetUp() override {
    if (softhsm_module().empty() || !find_program("softhsm2-util") || !find_program("pkcs11-tool"))
      GTEST_SKIP() << "softhsm2-util or pkcs11-tool is not installed (Debian: softhsm2, opensc)";
    std::filesystem::create_directory(folder_.path() / "tokens");
    const auto configuration = folder_.path() / "softhsm2.conf";
    write_file_atomically(configuration, "directories.tokendir = " + (folder_.path() / "tokens").string() +
                                             "\nobjectstore.backend = file\nlog.level = ERROR\n");
    ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
    run({"softhsm2-util", "--init-token", "--free", "--label", "QA Lead", "--pin", kPin, "--so-pin",
         "12345678"});
  }
  void TearDown() override { ::unsetenv("SOFTHSM2_CONF"); }

  std::string run(const std::vector<std::string>& argv) {
    Command command;
    command.argv = argv;
    const auto result = run_command(command);
    EXPECT_TRUE(result.ok()) << argv[0] << ": " << result.out << result.err;
    return result.out;
  }
  /// Puts a certificate, and a key that may be another one's, on the token.
  void add(const std::string& id, const std::string& label, const testing::SignerFiles& certificate,
           const testing::SignerFiles& key) {
    run({"softhsm2-util", "--import", key.key, "--token", "QA Lead", "--label", label, "--id", id, "--pin",
         kPin});
    add_certificate(id, label, certificate);
  }
  void add_certificate(const std::string& id, const std::string& label,
                       const testing::SignerFiles& certificate) {
    run({"pkcs11-tool", "--module", softhsm_module(), "--token-label", "QA Lead", "--login", "--pin", kPin,
         "--write-object", der(certificate), "--type", "cert", "--id", id, "--label", label});
  }
  std::string der(const testing::SignerFiles& certificate) {
    const auto file = certificate.certificate + ".der";
    run({"openssl", "x509", "-in", certificate.certificate, "-outform", "DER", "-out", file});
    return file;
  }
  testing::SignerFiles made(const std::string& name, const TestSigner& options = {}) {
    return make_signer(folder_.path(), name, options);
  }

  std::unique_ptr<Signer> open(const std::string& uri, const std::string& pin = kPin) {
    TokenOptions options;
    options.module = softhsm_module();
    options.which = parse_token_uri(uri);
    options.pin = [this, pin] {
      ++asked_;
      return Secret(pin);
    };
    options.note = [this](const std::string& text) { notes_.push_back(text); };
    return token_signer(options, SystemClock().now());
  }
  std::string refused(const std::string& uri, const std::string& pin = kPin) {
    try {
      open(uri, pin);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::usage) << e.what();
      EXPECT_TRUE(pin.empty() || std::string(e.what()).find(pin) == std::string::npos) << e.what();
      return e.what();
    }
    ADD_FAILURE() << "it was not refused";
    return "";
  }

  TempDir folder_{std::filesystem::temp_directory_path(), "smx-softhsm-"};
  int asked_ = 0;
  std::vector<std::string> notes_;
};

TEST_F(SoftHsm, signs_with_rsa_and_with_curves) {
  for (const auto* kind : {"rsa2048", "p256", "p384"}) {
    TestSigner options;
    options.key = kind;
    const auto files = made(kind, options);
    add(kind == std::string("rsa2048") ? "01"
        : kind == std::string("p256")  ? "02"
                                       : "03",
        kind, files, files);
    const auto signer = open("pkcs11:token=QA%20Lead;object=" + std::string(kind));
    EXPECT_EQ(signer->identity(), read_identity(files.certificate));
    const auto result = verify_detached("content", signer->sign_detached("content"), signer->identity());
    EXPECT_TRUE(result.valid) << kind << ": " << result.why;
    EXPECT_TRUE(verify_detached("more", signer->sign_detached("more"), signer->identity()).valid)
        << "once more";
  }
  EXPECT_EQ(asked_, 3) << "the PIN is asked for once for each signer";
  EXPECT_TRUE(notes_.empty());
}

TEST_F(SoftHsm, wants_exactly_one_certificate_to_be_meant) {
  const auto a = made("a"), b = made("b");
  add("01", "first", a, a);
  EXPECT_NO_THROW(open("pkcs11:")) << "the only one there is";
  add("02", "second", b, b);
  EXPECT_THAT(
      refused("pkcs11:token=QA%20Lead"),
      AllOf(HasSubstr("means 2 certificates"), HasSubstr("id=%01;object=first"), HasSubstr("CN=R. Roe")));
  EXPECT_THAT(refused("pkcs11:object=third"), AllOf(HasSubstr("means none"), HasSubstr("object=second")));
  EXPECT_THAT(refused("pkcs11:token=Another"), HasSubstr("means none"));
  const auto asked = asked_;
  EXPECT_EQ(open("pkcs11:id=%02")->identity(), read_identity(b.certificate));
  EXPECT_EQ(asked, 1) << "no PIN was asked for where nothing was meant";
}

TEST_F(SoftHsm, checks_the_certificate_before_anybody_is_asked) {
  TestSigner past;
  past.from_day = -30, past.to_day = -1;
  const auto old = made("old", past);
  add("01", "old", old, old);
  EXPECT_THAT(refused("pkcs11:object=old"), HasSubstr("expired"));
  TestSigner other;
  other.key_usage = "critical,keyEncipherment";
  const auto cipher = made("cipher", other);
  add("02", "cipher", cipher, cipher);
  EXPECT_THAT(refused("pkcs11:object=cipher"), HasSubstr("not for signing"));
  EXPECT_EQ(asked_, 0);
}

TEST_F(SoftHsm, refuses_a_key_that_is_not_the_certificates_or_not_there) {
  const auto a = made("a"), b = made("b");
  add("01", "mixed", a, b);
  EXPECT_THAT(refused("pkcs11:object=mixed"), HasSubstr("is not this certificate's"));
  add_certificate("02", "lonely", a);
  EXPECT_THAT(refused("pkcs11:object=lonely"), HasSubstr("no private key for this certificate"));
}

TEST_F(SoftHsm, presents_a_wrong_pin_once_and_says_what_is_left) {
  const auto a = made("a");
  add("01", "a", a, a);
  EXPECT_THAT(refused("pkcs11:", "11111111"),
              AllOf(HasSubstr("the token \"QA Lead\" did not take the PIN"), HasSubstr("not all of them")));
  EXPECT_EQ(asked_, 1);
  EXPECT_TRUE(notes_.empty());
  open("pkcs11:");
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0], HasSubstr("a wrong PIN was presented to the token \"QA Lead\" before"));
  notes_.clear();
  open("pkcs11:");
  EXPECT_TRUE(notes_.empty()) << "the right PIN gave the tries back";
  EXPECT_THAT(refused("pkcs11:", ""), HasSubstr("an empty PIN is not valid"));
}

TEST_F(SoftHsm, names_a_module_that_is_none) {
  TokenOptions options;
  options.module = (folder_.path() / "none.so").string();
  EXPECT_THROW(token_signer(options, SystemClock().now()), Error);
  options.module = (folder_.path() / "softhsm2.conf").string();
  try {
    token_signer(options, SystemClock().now());
    FAIL() << "a text file was taken for a module";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    EXPECT_THAT(e.what(), HasSubstr("does not work as a PKCS#11 module"));
  }
}

}  // namespace
}  // namespace smx::signing
