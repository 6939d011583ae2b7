#include "tests/unit/signing/test_signer.h"

#include <openssl/pem.h>

#include <stdexcept>

#include "harness/core/clock.h"
#include "harness/core/files.h"
#include "harness/core/openssl.h"
#include "harness/signing/file_signer.h"

namespace smx::testing {
namespace {

KeyPtr new_key(const std::string& kind) {
  EVP_PKEY* key = kind == "rsa2048"   ? EVP_RSA_gen(2048)
                  : kind == "p256"    ? EVP_EC_gen("P-256")
                  : kind == "p384"    ? EVP_EC_gen("P-384")
                  : kind == "ed25519" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                      : nullptr;
  if (key == nullptr) throw std::invalid_argument("no key of the kind " + kind);
  return KeyPtr(key);
}

std::string pem_text(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string certificate_pem(EVP_PKEY* key, const TestSigner& options) {
  const X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  // One issuer's serial numbers are the same on purpose: a pin must not go by them.
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.from_day * 86400L);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.to_day * 86400L);
  X509_set_pubkey(certificate.get(), key);
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  if (options.key_usage != nullptr) {
    const ExtensionPtr usage(X509V3_EXT_conf_nid(nullptr, nullptr, NID_key_usage, options.key_usage));
    X509_add_ext(certificate.get(), usage.get(), -1);
  }
  X509_sign(certificate.get(), key, options.key == "ed25519" ? nullptr : EVP_sha256());
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate.get());
  return pem_text(bio.get());
}

std::string key_pem(EVP_PKEY* key, const std::string& password) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, password.empty() ? nullptr : EVP_aes_256_cbc(),
                                password.empty() ? nullptr : password.data(),
                                static_cast<int>(password.size()), nullptr, nullptr);
  return pem_text(bio.get());
}

}  // namespace

SignerFiles make_signer(const std::filesystem::path& folder, const std::string& name,
                        const TestSigner& options) {
  const auto key = new_key(options.key);
  const SignerFiles files{(folder / (name + ".pem")).string(), (folder / (name + ".key")).string()};
  write_file_atomically(files.certificate, certificate_pem(key.get(), options));
  write_file_atomically(files.key, key_pem(key.get(), options.password), 0600);
  return files;
}

signing::Signer& some_signer() {
  static const auto signer = [] {
    const TempDir folder(std::filesystem::temp_directory_path(), "smx-signer-");
    TestSigner options;
    options.key = "p256";
    const auto files = make_signer(folder.path(), "signer", options);
    return signing::file_signer(
        files.certificate, files.key, [] { return Secret(); }, SystemClock().now());
  }();
  return *signer;
}

}  // namespace smx::testing
