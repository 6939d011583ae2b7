#include "harness/signing/verify.h"

#include <gmock/gmock.h>

#include "harness/core/clock.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "harness/signing/file_signer.h"
#include "tests/unit/signing/test_signer.h"

namespace smx::signing {
namespace {

using ::testing::HasSubstr;
using testing::make_signer;
using testing::some_signer;
using testing::TestSigner;

constexpr const char* kContent = "{\"what\": \"is signed\"}\n";

class VerifyTest : public ::testing::Test {
 protected:
  testing::SignerFiles files(const std::string& name, const TestSigner& options = {"p256"}) {
    return make_signer(folder_.path(), name, options);
  }
  std::unique_ptr<Signer> signer(const testing::SignerFiles& files) {
    return file_signer(
        files.certificate, files.key, [] { return Secret(); }, SystemClock().now());
  }
  /// A signature as the openssl program makes it.
  std::string by_openssl(std::vector<std::string> options) {
    write_file_atomically(folder_.path() / "content", kContent);
    Command command;
    command.argv = {"openssl", "cms", "-sign",   "-binary", "-outform",
                    "DER",     "-in", "content", "-out",    "signature"};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    command.cwd = folder_.path();
    const auto result = run_command(command);
    EXPECT_TRUE(result.ok()) << result.err;
    return read_file(folder_.path() / "signature");
  }
  static std::string why(const std::string& signature, const Identity& pinned) {
    const auto result = verify_detached(kContent, signature, pinned);
    EXPECT_EQ(result.valid, result.why.empty());
    return result.why;
  }

  TempDir folder_{std::filesystem::temp_directory_path(), "smx-verify-"};
};

TEST_F(VerifyTest, says_that_somebody_else_signed) {
  const auto a = signer(files("a")), b = signer(files("b"));
  // They have one subject, issuer and serial number: only the certificates themselves tell them apart.
  const auto result = verify_detached(kContent, b->sign_detached(kContent), a->identity());
  EXPECT_FALSE(result.valid);
  EXPECT_THAT(result.why, HasSubstr("not by CN=R. Roe (SHA-256 " + a->identity().fingerprint));
  EXPECT_EQ(result.signer, b->identity());
}

TEST_F(VerifyTest, takes_what_the_openssl_program_signs_alike) {
  const auto a = files("a");
  const auto signature =
      by_openssl({"-signer", a.certificate, "-inkey", a.key, "-md", "sha256", "-nosmimecap"});
  EXPECT_EQ(why(signature, read_identity(a.certificate)), "");
}

TEST_F(VerifyTest, wants_one_signer_one_certificate_a_time_and_sha256) {
  const auto a = files("a"), b = files("b", {"rsa2048"});
  const auto pinned = read_identity(a.certificate);
  const std::vector<std::string> mine{"-signer", a.certificate, "-inkey", a.key};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), mine.begin(), mine.end());
    return by_openssl(more);
  };
  EXPECT_THAT(why(with({"-signer", b.certificate, "-inkey", b.key}), pinned),
              HasSubstr("not exactly one signer"));
  EXPECT_THAT(why(with({"-nocerts"}), pinned), HasSubstr("not exactly one certificate"));
  EXPECT_THAT(why(with({"-certfile", b.certificate}), pinned), HasSubstr("not exactly one certificate"));
  EXPECT_THAT(why(with({"-noattr"}), pinned), HasSubstr("time of signing"));
  EXPECT_THAT(why(with({"-md", "sha512"}), pinned), HasSubstr("SHA-256"));
}

TEST_F(VerifyTest, refuses_a_signature_that_carries_its_content) {
  const auto a = files("a");
  const auto signature = by_openssl({"-signer", a.certificate, "-inkey", a.key, "-nodetach"});
  EXPECT_THAT(why(signature, read_identity(a.certificate)), HasSubstr("not a detached CMS"));
}

TEST_F(VerifyTest, refuses_what_is_no_signature_or_more_than_one) {
  const auto good = some_signer().sign_detached(kContent);
  const auto& pinned = some_signer().identity();
  ASSERT_EQ(why(good, pinned), "");
  for (const auto& bad : {std::string(), std::string("text"), good + good, good + std::string(1, '\0'),
                          good.substr(0, good.size() - 1), std::string(2u << 20, '0')})
    EXPECT_THAT(why(bad, pinned), HasSubstr("not a detached CMS")) << bad.size();
}

TEST_F(VerifyTest, refuses_a_signature_from_outside_of_its_certificates_validity) {
  const auto a = files("a", {"p256", -30, -10});
  // The openssl program does not check whether its certificate is valid.
  const auto signature = by_openssl({"-signer", a.certificate, "-inkey", a.key});
  EXPECT_THAT(why(signature, read_identity(a.certificate)), HasSubstr("when its certificate was not valid"));
}

/// Whatever is done to a byte of a signature: it is refused, or it says the same of the same signer. (Some
/// bytes say nothing: version numbers, and the name of the algorithm that the key and the digest imply.)
TEST_F(VerifyTest, withstands_every_byte_changed_taken_out_or_put_in) {
  const auto good = some_signer().sign_detached(kContent);
  const auto& pinned = some_signer().identity();
  const auto truth = verify_detached(kContent, good, pinned);
  ASSERT_TRUE(truth.valid);
  std::size_t refused = 0;
  const auto expect_no_lie = [&](const std::string& bad, std::size_t at, const char* what) {
    const auto result = verify_detached(kContent, bad, pinned);
    refused += result.valid ? 0 : 1;
    EXPECT_TRUE(!result.valid || (result.signer == pinned && result.signed_at == truth.signed_at))
        << what << " at " << at;
    EXPECT_FALSE(verify_detached(std::string(kContent) + "!", bad, pinned).valid) << what << " at " << at;
  };
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto changed = good, shorter = good, longer = good;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    expect_no_lie(changed, at, "changed");
    expect_no_lie(shorter.erase(at, 1), at, "taken out");
    expect_no_lie(longer.insert(at, 1, static_cast<char>(at)), at, "put in");
  }
  EXPECT_GT(refused, 3 * good.size() - 50);
}

}  // namespace
}  // namespace smx::signing
