#include "vm/lab/lab_ca.h"

#include <gmock/gmock.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/lab/openssl_types.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

/// OpenSSL's own words about a certificate.
std::string printed(ByteView der) {
  const auto certificate = x509_of(der);
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_print(bio.get(), certificate.get());
  return bio_text(bio.get());
}

/// Whether `der` chains to the authority's root, by its issuing authority, for a TLS client (or server).
bool chains(ByteView der, const LabCa& ca, int purpose) {
  const auto leaf = x509_of(der), anchor = x509_of(ca.root_der()), issuing = x509_of(ca.certificate_der());
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> between(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  sk_X509_push(between.get(), issuing.get());
  const std::unique_ptr<X509_STORE, OpensslDeleter<X509_STORE_free>> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), anchor.get());
  const std::unique_ptr<X509_STORE_CTX, OpensslDeleter<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), between.get());
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  return X509_verify_cert(context.get()) == 1;
}

class LabCaTest : public ::testing::Test {
 protected:
  const LabCa ca_;
  const KeyPair key_ = KeyPair::generate(KeyKind::p256);
};

TEST_F(LabCaTest, issues_card_certificates_for_smart_card_logon) {
  const auto der = ca_.issue_card_certificate(key_.public_key_der(), {"Alice", "alice@lab.test"});
  const auto text = describe_certificate(der);
  EXPECT_EQ(text.upn, "alice@lab.test");
  EXPECT_EQ(text.subject, "CN=Alice");
  EXPECT_EQ(text.issuer, "CN=safemode-matrix lab issuing authority");
  EXPECT_EQ(text.sha256, sha256_hex(as_text(der)));
  const auto words = printed(der);
  EXPECT_THAT(words, HasSubstr("TLS Web Client Authentication"));
  EXPECT_THAT(words, HasSubstr("Microsoft Smartcard Login"));
  EXPECT_THAT(words, HasSubstr("Digital Signature"));
  EXPECT_THAT(words, HasSubstr("CA:FALSE"));
  EXPECT_TRUE(chains(der, ca_, X509_PURPOSE_SSL_CLIENT));
  EXPECT_FALSE(chains(der, ca_, X509_PURPOSE_SSL_SERVER));
  EXPECT_EQ(public_key_of_certificate(der), key_.public_key_der());
}

TEST_F(LabCaTest, says_in_a_cards_certificate_what_its_key_is_for) {
  const auto words = [&](const KeyPair& key, CardKeyUse use) {
    return printed(ca_.issue_card_certificate(key.public_key_der(), {"Alice", "alice@lab.test"}, use));
  };
  EXPECT_THAT(words(key_, CardKeyUse::signature), HasSubstr("Digital Signature, Non Repudiation"));
  EXPECT_THAT(words(key_, CardKeyUse::key_management), HasSubstr("Key Agreement"));
  EXPECT_THAT(words(key_, CardKeyUse::key_management), testing::Not(HasSubstr("Digital Signature")));
  EXPECT_THAT(words(KeyPair::generate(KeyKind::rsa2048), CardKeyUse::key_management),
              HasSubstr("Key Encipherment"));
  const auto card = words(key_, CardKeyUse::card_authentication);
  EXPECT_THAT(card, HasSubstr("2.16.840.1.101.3.6.8"));
  EXPECT_THAT(card, testing::Not(HasSubstr("Subject Alternative Name")))
      << "it stands for the card, not its holder";
}

TEST_F(LabCaTest, gives_every_certificate_a_serial_of_its_own) {
  const auto one = ca_.issue_card_certificate(key_.public_key_der(), {});
  const auto other = ca_.issue_card_certificate(key_.public_key_der(), {});
  EXPECT_NE(describe_certificate(one).serial, describe_certificate(other).serial);
}

TEST_F(LabCaTest, issues_server_certificates_with_name_and_addresses) {
  const auto identity = ca_.issue_server_certificate("tls.lab.test");
  const auto der = der_of_certificate(identity.certificate_pem);
  const auto words = printed(der);
  EXPECT_THAT(words, HasSubstr("DNS:tls.lab.test"));
  EXPECT_THAT(words, HasSubstr("IP Address:127.0.0.1"));
  EXPECT_THAT(words, HasSubstr("IP Address:10.0.2.2"));
  EXPECT_TRUE(chains(der, ca_, X509_PURPOSE_SSL_SERVER));
  EXPECT_FALSE(chains(der, ca_, X509_PURPOSE_SSL_CLIENT));
  EXPECT_EQ(public_key_of_certificate(der), identity.key.public_key_der());
}

TEST_F(LabCaTest, is_trusted_by_its_own_certificates_only) {
  const LabCa other;
  const auto der = other.issue_card_certificate(key_.public_key_der(), {});
  EXPECT_FALSE(chains(der, ca_, X509_PURPOSE_SSL_CLIENT));
}

TEST_F(LabCaTest, refuses_holders_and_keys_that_cannot_be) {
  EXPECT_THROW(ca_.issue_card_certificate(key_.public_key_der(), {"", "a@b"}), Error);
  EXPECT_THROW(ca_.issue_card_certificate(key_.public_key_der(), {std::string(65, 'x'), "a@b"}), Error);
  EXPECT_THROW(ca_.issue_card_certificate(key_.public_key_der(), {"Alice", "alice"}), Error);
  EXPECT_THROW(ca_.issue_card_certificate(Bytes{1, 2, 3}, {}), Error);
}

TEST_F(LabCaTest, comes_back_from_its_folder) {
  const TempDir folder(std::filesystem::temp_directory_path(), "lab-ca-");
  ca_.save(folder.path());
  struct stat status {};
  ASSERT_EQ(::stat((folder.path() / "issuing.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  const auto again = LabCa::load(folder.path());
  EXPECT_EQ(again.chain_pem(), ca_.chain_pem());
  const auto der = again.issue_card_certificate(key_.public_key_der(), {});
  EXPECT_TRUE(chains(der, ca_, X509_PURPOSE_SSL_CLIENT));
}

TEST_F(LabCaTest, refuses_a_folder_without_a_fitting_pair) {
  const TempDir folder(std::filesystem::temp_directory_path(), "lab-ca-");
  EXPECT_THROW(LabCa::load(folder.path()), Error);
  ca_.save(folder.path());
  write_file_atomically(folder.path() / "root.pem", LabCa().root_pem());
  EXPECT_THROW(LabCa::load(folder.path()), Error) << "another root's certificate";
  ca_.save(folder.path());
  write_file_atomically(folder.path() / "issuing.key", "no key");
  EXPECT_THROW(LabCa::load(folder.path()), Error);
  write_file_atomically(folder.path() / "root.pem", "no certificate");
  EXPECT_THROW(LabCa::load(folder.path()), Error);
}

TEST_F(LabCaTest, renews_what_ends_soon_and_what_it_signed_stays_valid) {
  LabCa ca("short", {.root = 2000, .issuing = 100});
  const auto der = ca.issue_card_certificate(key_.public_key_der(), {});
  const auto root = ca.root_pem(), issuing = ca.certificate_pem();
  const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  EXPECT_TRUE(ca.renew(now));
  EXPECT_EQ(ca.root_pem(), root) << "it has time";
  EXPECT_NE(ca.certificate_pem(), issuing);
  EXPECT_EQ(public_key_of_certificate(ca.certificate_der()),
            public_key_of_certificate(der_of_certificate(issuing)));
  EXPECT_TRUE(chains(der, ca, X509_PURPOSE_SSL_CLIENT));
  EXPECT_FALSE(LabCa().renew(now));
  EXPECT_TRUE(LabCa().renew(now + std::chrono::hours(24 * 3000))) << "the root too, one day";
}

TEST_F(LabCaTest, issues_what_a_kdc_shows) {
  const auto identity = ca_.issue_kdc_certificate("kdc.lab.test", "LAB.TEST");
  const auto words = printed(der_of_certificate(identity.certificate_pem));
  EXPECT_THAT(words, HasSubstr("Signing KDC Response"));
  EXPECT_THAT(words, HasSubstr("DNS:kdc.lab.test"));
}

TEST(X509Text, refuses_what_is_no_certificate) {
  EXPECT_THROW(describe_certificate(Bytes{0x30, 0x01, 0x00}), Error);
  EXPECT_THROW(pem_of_certificate(Bytes{}), Error);
  EXPECT_THROW(der_of_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), Error);
}

}  // namespace
}  // namespace smx::vm
