// OpenSC, as a stranger, judges the GIDS card: it initialises one, writes keys and certificates to it and
// manages its PIN, through a private pcscd and vsmartcard's virtual reader. Signatures are OpenSSL's to
// verify.

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "harness/core/process.h"
#include "tests/integration/card/pcscd_sandbox.h"
#include "tests/issued_card.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/gids/gids_card.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Throw-away secrets: they are on command lines here.
constexpr const char *kPin = "24681357", *kNewPin = "556677";
constexpr const char *kAdmin = "0123456789abcdef23456789abcdef01456789abcdef0123",
                     *kNewAdmin = "fedcba9876543210edcba98765432100dcba987654321000";

/// Why there can be no sandbox; entered once, before any thread.
const std::string& reason_to_skip() {
  static const std::string reason = [] {
    for (const auto* tool :
         {"gids-tool", "pkcs11-tool", "pkcs15-tool", "pkcs15-init", "pkcs15-crypt", "openssl"}) {
      if (!find_program(tool)) return std::string(tool) + " is not installed (Debian: opensc, openssl)";
    }
    return PcscdSandbox::enter();
  }();
  return reason;
}

class OpenScAndGids : public ::testing::Test {
 protected:
  void insert(CardData data) {
    pcscd_.emplace();
    card_.emplace(std::make_unique<MemoryCardStore>(std::move(data)));
    reader_.emplace(*card_);
  }
  void SetUp() override {
    if (!reason_to_skip().empty()) GTEST_SKIP() << reason_to_skip();
  }

  CommandResult run(std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    command.cwd = folder_.path();
    auto result = run_command(command);
    result.out += result.err;
    return result;
  }
  /// pkcs15-init, which logs in first.
  CommandResult init(std::vector<std::string> arguments, const char* pin = kPin) {
    arguments.insert(arguments.begin(), {"pkcs15-init", "--verify-pin", "--auth-id", "80", "--pin", pin});
    return run(std::move(arguments));
  }
  bool takes_pin(const char* pin) { return run({"pkcs15-tool", "--verify-pin", "--pin", pin}).ok(); }
  CommandResult unblock(const char* admin_key, const char* pin) {
    return run({"gids-tool", "--unblock", "--admin-key", admin_key, "--pin", pin});
  }
  std::string objects() { return run({"pkcs15-tool", "--list-keys", "--list-certificates"}).out; }

  /// Signs a hash by pkcs15-crypt with key `id`, and has OpenSSL verify it with a public key's file.
  void expect_good_signature(const std::string& id, const std::string& public_key) {
    write_file_atomically(folder_.path() / "data", "what is signed");
    ASSERT_TRUE(run({"openssl", "dgst", "-sha256", "-binary", "-out", "hash", "data"}).ok());
    const auto sign = run({"pkcs15-crypt", "--sign", "--pkcs1", "--sha-256", "--input", "hash", "--output",
                           "signature", "--key", id, "--pin", kPin});
    ASSERT_TRUE(sign.ok()) << sign.out;
    const std::vector<std::string> verify{"openssl",  "dgst",       "-sha256",   "-verify",
                                          public_key, "-signature", "signature", "data"};
    EXPECT_THAT(run(verify).out, HasSubstr("Verified OK"));
    write_file_atomically(folder_.path() / "data", "something else");
    EXPECT_THAT(run(verify).out, Not(HasSubstr("Verified OK")));
  }
  std::string public_key_of(const std::string& certificate) {
    write_file_atomically(folder_.path() / "public.pem",
                          run({"openssl", "x509", "-pubkey", "-noout", "-in", certificate}).out);
    return "public.pem";
  }
  /// Has OpenSSL encrypt for `certificate` and pkcs15-crypt decipher with key `id`.
  void expect_deciphers(const std::string& id, const std::string& certificate) {
    write_file_atomically(folder_.path() / "secret", "hello card");
    ASSERT_TRUE(run({"openssl", "pkeyutl", "-encrypt", "-certin", "-inkey", certificate, "-in", "secret",
                     "-out", "cryptogram"})
                    .ok());
    const auto plain = run({"pkcs15-crypt", "--decipher", "--pkcs1", "--raw", "--input", "cryptogram",
                            "--output", "plain", "--key", id, "--pin", kPin});
    ASSERT_TRUE(plain.ok()) << plain.out;
    EXPECT_EQ(read_file(folder_.path() / "plain"), "hello card");
  }

  TempDir folder_{std::filesystem::temp_directory_path(), "gids-"};
  std::optional<PcscdSandbox> pcscd_;
  std::optional<SmartCard> card_;
  std::optional<CardInHostReader> reader_;
};

/// A card as the harness issues it.
class IssuedGids : public OpenScAndGids {
 protected:
  void SetUp() override {
    OpenScAndGids::SetUp();
    if (IsSkipped()) return;
    CreateCardOptions options;
    options.application = CardApplication::gids;
    options.admin_key = Secret(kAdmin);
    auto data = issue_card(Secret(kPin), Secret(), options, ca_);
    certificate_ = pem_of_certificate(authentication_certificate(data).value());
    write_file_atomically(folder_.path() / "card.pem", certificate_);
    insert(std::move(data));
  }
  LabCa ca_;
  std::string certificate_;
};

TEST_F(IssuedGids, is_recognized_and_listed) {
  EXPECT_THAT(run({"opensc-tool", "-n"}).out, HasSubstr("GIDS Smart Card"));
  const auto files = run({"gids-tool"}).out;
  for (const auto* name :
       {"\\cardid", "\\cardapps", "\\cardcf", "mscp\\cmapfile", "mscp\\msroots", "mscp\\kxc00",
        "Valid container,Default container", "0xb081", "signature + decryption"})
    EXPECT_THAT(files, HasSubstr(name));
  const auto dump = run({"pkcs15-tool", "--dump"}).out;
  EXPECT_THAT(dump, HasSubstr(card_guid(card_->data())));
  EXPECT_THAT(dump, HasSubstr("Usage          : [0x06], decrypt, sign"));
  EXPECT_THAT(run({"pkcs11-tool", "--list-objects"}).out, HasSubstr("CN=Lab User"));
}

TEST_F(IssuedGids, gives_the_certificate_that_the_lab_issued_and_the_labs_root) {
  EXPECT_THAT(run({"pkcs15-tool", "--read-certificate", "00"}).out, HasSubstr(certificate_));
  write_file_atomically(folder_.path() / "ca.pem", ca_.chain_pem());
  EXPECT_TRUE(run({"openssl", "verify", "-purpose", "sslclient", "-CAfile", "ca.pem", "card.pem"}).ok());
  const auto roots = card_->data().gids.files.at(0xa010).objects.at(0xdf24);
  write_file_atomically(folder_.path() / "roots.p7", std::string(as_text(roots)));
  const auto printed = run({"openssl", "pkcs7", "-inform", "der", "-print_certs", "-in", "roots.p7"});
  EXPECT_TRUE(printed.ok()) << printed.out;
  EXPECT_THAT(printed.out, HasSubstr(ca_.root_pem()));
}

TEST_F(IssuedGids, passes_opensc_own_test) {
  const auto test = run({"pkcs11-tool", "--test", "--login", "--pin", kPin});
  for (const auto* good : {"all 4 signature functions seem to work", "RSA-PKCS: OK", "SHA256-RSA-PKCS: OK"})
    EXPECT_THAT(test.out, HasSubstr(good));
  // OpenSC's driver for GIDS takes no random numbers from any card; its test counts that as an error.
  EXPECT_THAT(test.out, HasSubstr("ERR: C_GenerateRandom failed: CKR_FUNCTION_NOT_SUPPORTED"));
  EXPECT_THAT(test.out, HasSubstr("1 errors"));
  std::size_t errors = 0;
  for (auto at = test.out.find("ERR:"); at != std::string::npos; at = test.out.find("ERR:", at + 1)) ++errors;
  EXPECT_EQ(errors, 1u) << test.out;
}

TEST_F(IssuedGids, signs_and_deciphers_for_openssl) {
  expect_good_signature("00", public_key_of("card.pem"));
  expect_deciphers("00", "card.pem");
  EXPECT_EQ(card_->status().counters.signatures, 1u);
}

TEST_F(IssuedGids, counts_wrong_pins_down_and_is_unblocked_by_the_administrator_only) {
  for (int left = 2; left >= 0; --left) {
    EXPECT_FALSE(takes_pin("000000"));
    EXPECT_EQ(card_->status().pin.tries_left, left);
  }
  EXPECT_FALSE(takes_pin(kPin));
  const auto refused = unblock(kNewAdmin, kNewPin);
  EXPECT_THAT(refused.out, HasSubstr("Security status not satisfied"));
  EXPECT_FALSE(takes_pin(kNewPin));
  const auto unblocked = unblock(kAdmin, kNewPin);
  EXPECT_TRUE(unblocked.ok()) << unblocked.out;
  EXPECT_TRUE(takes_pin(kNewPin));
  EXPECT_FALSE(takes_pin(kPin));
  EXPECT_EQ(card_->status().counters.pin_blocks, 1u);
}

TEST_F(IssuedGids, changes_its_pin_by_pkcs11) {
  const auto change = run({"pkcs11-tool", "--login", "--pin", kPin, "--change-pin", "--new-pin", kNewPin});
  EXPECT_THAT(change.out, HasSubstr("PIN successfully changed"));
  EXPECT_TRUE(takes_pin(kNewPin));
  EXPECT_FALSE(takes_pin(kPin));
}

TEST_F(IssuedGids, changes_the_administrators_key) {
  const auto change = [&](const char* from, const char* to) {
    return run({"gids-tool", "--change-admin-key", "--admin-key", from, "--new-admin-key", to});
  };
  EXPECT_FALSE(change(kNewAdmin, kAdmin).ok());
  EXPECT_TRUE(change(kAdmin, kNewAdmin).ok());
  EXPECT_FALSE(unblock(kAdmin, kNewPin).ok());
  EXPECT_TRUE(unblock(kNewAdmin, kNewPin).ok());
}

TEST_F(IssuedGids, never_puts_secrets_into_the_trace) {
  EXPECT_TRUE(takes_pin(kPin));
  EXPECT_TRUE(unblock(kAdmin, kNewPin).ok());
  const auto trace = card_->take_trace();
  EXPECT_THAT(trace, HasSubstr("VERIFY PIN, 8 bytes in -> 9000 (ok)"));
  EXPECT_THAT(trace, HasSubstr("RESET RETRY COUNTER PIN by administrator, 6 bytes in -> 9000 (ok)"));
  for (const std::string secret : {kPin, kNewPin, kAdmin}) {
    EXPECT_THAT(trace, Not(HasSubstr(secret)));
    EXPECT_THAT(trace, Not(HasSubstr(hex(as_bytes(secret)))));
  }
}

/// A card that is not initialised.
class BlankGids : public OpenScAndGids {
 protected:
  void SetUp() override {
    OpenScAndGids::SetUp();
    if (!IsSkipped()) insert(blank_gids_card());
  }
  CommandResult initialize() {
    return run({"gids-tool", "--initialize", "--admin-key", kAdmin, "--pin", kPin, "--serial-number",
                "00112233445566778899aabbccddeeff"});
  }
  /// A key and a certificate of somebody else's making, in key.pem and imported.pem.
  void make_certificate() {
    ASSERT_TRUE(run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out",
                     "imported.pem", "-subj", "/CN=imported", "-days", "30"})
                    .ok());
  }
};

TEST_F(BlankGids, is_initialised_by_gids_tool_once) {
  EXPECT_THAT(run({"gids-tool"}).out, HasSubstr("Is that a new card"));
  const auto first = initialize();
  EXPECT_TRUE(first.ok()) << first.out;
  EXPECT_THAT(first.out, Not(HasSubstr("failed")));
  EXPECT_EQ(card_->data().gids.state, GidsState::operational);
  EXPECT_THAT(run({"pkcs15-tool", "--dump"}).out, HasSubstr("00112233445566778899aabbccddeeff"));
  EXPECT_TRUE(takes_pin(kPin));
  EXPECT_THAT(initialize().out, HasSubstr("failed")) << "not a second time";
  EXPECT_TRUE(unblock(kAdmin, kNewPin).ok()) << "the key is the one it was given";
}

TEST_F(BlankGids, generates_a_key_which_signs) {
  ASSERT_TRUE(initialize().ok());
  const auto generate = init({"--generate-key", "rsa:2048", "--label", "mine", "--id", "00"});
  ASSERT_TRUE(generate.ok()) << generate.out;
  EXPECT_THAT(objects(), HasSubstr("[mine]"));
  const auto& keys = card_->data().keys;
  ASSERT_EQ(keys.count(0x81), 1u);
  const auto read = run({"pkcs15-tool", "--read-public-key", "00"});
  write_file_atomically(folder_.path() / "from-card.pem", read.out.substr(read.out.find("-----BEGIN")));
  const auto der =
      run({"openssl", "pkey", "-pubin", "-in", "from-card.pem", "-outform", "der", "-out", "card.der"});
  ASSERT_TRUE(der.ok()) << der.out;
  EXPECT_EQ(read_file(folder_.path() / "card.der"), as_text(keys.at(0x81).public_key_der()));
  expect_good_signature("00", "from-card.pem");
  EXPECT_FALSE(init({"--generate-key", "rsa:2048", "--id", "01"}, "000000").ok()) << "not without the PIN";
}

TEST_F(BlankGids, takes_a_key_and_certificate_from_a_pkcs12_file) {
  ASSERT_TRUE(initialize().ok());
  make_certificate();
  ASSERT_TRUE(run({"openssl", "pkcs12", "-export", "-inkey", "key.pem", "-in", "imported.pem", "-out",
                   "key.p12", "-passout", "pass:pw"})
                  .ok());
  const auto store =
      init({"--store-private-key", "key.p12", "--format", "pkcs12", "--passphrase", "pw", "--id", "00"});
  ASSERT_TRUE(store.ok()) << store.out;
  EXPECT_THAT(run({"pkcs15-tool", "--read-certificate", "00"}).out,
              HasSubstr(read_file(folder_.path() / "imported.pem")));
  expect_good_signature("00", public_key_of("imported.pem"));
  expect_deciphers("00", "imported.pem");
}

TEST_F(BlankGids, takes_a_key_and_a_certificate_one_by_one_and_gives_them_up) {
  ASSERT_TRUE(initialize().ok());
  make_certificate();
  ASSERT_TRUE(init({"--store-private-key", "key.pem", "--id", "00", "--key-usage", "sign,decrypt"}).ok());
  const auto store = init({"--store-certificate", "imported.pem", "--id", "00"});
  ASSERT_TRUE(store.ok()) << store.out;
  EXPECT_THAT(objects(), HasSubstr("X.509 Certificate"));
  expect_good_signature("00", public_key_of("imported.pem"));
  EXPECT_THAT(init({"--delete-objects", "cert", "--id", "00"}).out, HasSubstr("Deleted 1 objects"));
  EXPECT_THAT(objects(), Not(HasSubstr("X.509 Certificate")));
  EXPECT_THAT(init({"--delete-objects", "privkey", "--id", "00"}).out, HasSubstr("Deleted 1 objects"));
  EXPECT_TRUE(card_->data().keys.empty());
}

}  // namespace
}  // namespace smx::vm
