// OpenSC uses every key of a card whose four slots and first retired one are filled; the openssl program
// judges what comes of it.

#include "tests/integration/card/opensc_fixture.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint8_t kSlots[] = {0x9a, 0x9c, 0x9d, 0x9e, 0x82};

class OpenScKeys : public OpenScFixture {
 protected:
  CreateCardOptions options() const override {
    auto options = OpenScFixture::options();
    options.slots.assign(std::begin(kSlots), std::end(kSlots));
    return options;
  }
  bool rsa() const { return GetParam() == KeyKind::rsa2048; }

  /// Signs the file "data" with an object of OpenSC's numbering (01 to 04), through PKCS#11.
  CommandResult sign(const std::string& id, bool login) {
    std::vector<std::string> argv{
        "pkcs11-tool", "--sign", "--id", id,         "-m", rsa() ? "SHA256-RSA-PKCS" : "ECDSA-SHA256",
        "-i",          "data",   "-o",   "signature"};
    if (login) argv.insert(argv.end(), {"--login", "--pin", std::string(kPin)});
    if (!rsa()) argv.insert(argv.end(), {"--signature-format", "openssl"});
    return run(argv);
  }
  bool openssl_verifies() {
    return run({"openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "data"}).ok();
  }
};

INSTANTIATE_TEST_SUITE_P(Keys, OpenScKeys, ::testing::Values(KeyKind::rsa2048, KeyKind::p256, KeyKind::p384),
                         name_of_kind);

TEST_P(OpenScKeys, finds_no_fault_in_its_own_test) {
  const auto test = run({"pkcs11-tool", "--test", "--login", "--pin", std::string(kPin)});
  EXPECT_TRUE(test.ok()) << test.out;
  EXPECT_THAT(test.out, HasSubstr("No errors"));
}

TEST_P(OpenScKeys, lists_all_of_them) {
  const auto dump = run({"pkcs15-tool", "--dump"});
  for (const auto* key : {"PIV AUTH key", "SIGN key", "KEY MAN key", "CARD AUTH key", "Retired KEY MAN 1"})
    EXPECT_THAT(dump.out, HasSubstr(key));
}

TEST_P(OpenScKeys, signs_with_those_that_sign_and_openssl_verifies) {
  file("data", "what is signed");
  for (const auto& [id, slot] : {std::pair{"01", 0x9a}, {"02", 0x9c}, {"04", 0x9e}}) {
    write_public_key(static_cast<std::uint8_t>(slot));
    const auto result = sign(id, true);
    ASSERT_TRUE(result.ok()) << result.out;
    EXPECT_TRUE(openssl_verifies()) << id;
    file("data", "something else");
    EXPECT_FALSE(openssl_verifies()) << id;
    file("data", "what is signed");
  }
}

TEST_P(OpenScKeys, signs_by_pkcs15_crypt) {
  file("data", "what is signed");
  file("digest", run({"sh", "-c", "openssl dgst -sha256 -binary data | base64"}).out);
  ASSERT_TRUE(run({"sh", "-c", "base64 -d digest >digest.bin"}).ok());
  for (const auto& [id, slot] : {std::pair{"01", 0x9a}, {"02", 0x9c}}) {
    write_public_key(static_cast<std::uint8_t>(slot));
    std::vector<std::string> argv{"pkcs15-crypt", "--sign",          "--key",     id,
                                  "--pin",        std::string(kPin), "--sha-256", "--input",
                                  "digest.bin",   "--output",        "signature", "--raw"};
    if (rsa())
      argv.emplace_back("--pkcs1");
    else
      argv.insert(argv.end(), {"--signature-format", "openssl"});
    const auto result = run(argv);
    ASSERT_TRUE(result.ok()) << result.out;
    EXPECT_TRUE(openssl_verifies()) << id << result.out;
  }
}

TEST_P(OpenScKeys, deciphers_by_pkcs15_crypt_what_openssl_enciphered) {
  if (!rsa()) GTEST_SKIP() << "keys on a curve decipher nothing";
  file("secret", "a session key");
  for (const auto& [id, slot] : {std::pair{"03", 0x9d}, {"05", 0x82}}) {
    write_public_key(static_cast<std::uint8_t>(slot));
    ASSERT_TRUE(run({"openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", "key.pem", "-in", "secret", "-out",
                     "cipher"})
                    .ok());
    const auto result = run({"pkcs15-crypt", "--decipher", "--key", id, "--pin", std::string(kPin), "--input",
                             "cipher", "--output", "plain", "--pkcs1", "--raw"});
    ASSERT_TRUE(result.ok()) << result.out;
    EXPECT_EQ(content("plain"), "a session key") << id;
  }
}

TEST_P(OpenScKeys, derives_the_secret_that_openssl_derives) {
  if (rsa()) GTEST_SKIP() << "RSA keys agree on nothing";
  const std::string curve = GetParam() == KeyKind::p256 ? "P-256" : "P-384";
  ASSERT_TRUE(run({"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-out",
                   "mine.pem"})
                  .ok());
  ASSERT_TRUE(
      run({"openssl", "pkey", "-in", "mine.pem", "-pubout", "-outform", "DER", "-out", "mine.der"}).ok());
  for (const auto& [id, slot] : {std::pair{"03", 0x9d}, {"05", 0x82}}) {
    const auto result = run({"pkcs11-tool", "--login", "--pin", std::string(kPin), "--derive", "--id", id,
                             "-m", "ECDH1-DERIVE", "--input-file", "mine.der", "--output-file", "theirs"});
    ASSERT_TRUE(result.ok()) << result.out;
    write_public_key(static_cast<std::uint8_t>(slot));
    ASSERT_TRUE(
        run({"openssl", "pkeyutl", "-derive", "-inkey", "mine.pem", "-peerkey", "key.pem", "-out", "ours"})
            .ok());
    EXPECT_EQ(content("theirs"), content("ours")) << id;
    EXPECT_FALSE(content("ours").empty());
  }
}

}  // namespace
}  // namespace smx::vm
