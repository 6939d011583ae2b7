#include "vm/lab/lab_ca.h"

#include <fmt/core.h>
#include <openssl/pem.h>

#include "harness/core/files.h"
#include "vm/lab/openssl_error.h"
#include "vm/lab/revocation_list.h"
#include "vm/lab/revoked_serials.h"
#include "vm/lab/x509_builder.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

constexpr int kRootDays = 3650;
constexpr long kDay = 86400;
constexpr const char* kRevokedFile = "revoked";

Bytes make_root(const KeyPair& key, const std::string& name) {
  X509Builder root(name, key.get(), kRootDays);
  root.extension(NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
      .extension(NID_key_usage, "critical,keyCertSign,cRLSign")
      .extension(NID_subject_key_identifier, "hash");
  return root.sign(nullptr, key);
}

KeyPtr public_key_of(ByteView der) {
  const unsigned char* at = der.data();
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  take_openssl_error();
  if (!key) throw Error(ErrorKind::usage, "a card's public key is no SubjectPublicKeyInfo in DER");
  return key;
}

std::optional<KeyPair> key_of_pem(std::string_view text) {
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  PKCS8_PRIV_KEY_INFO* info = PEM_read_bio_PKCS8_PRIV_KEY_INFO(bio.get(), nullptr, nullptr, nullptr);
  unsigned char* out = nullptr;
  const int size = info != nullptr ? i2d_PKCS8_PRIV_KEY_INFO(info, &out) : 0;
  PKCS8_PRIV_KEY_INFO_free(info);
  take_openssl_error();
  if (size <= 0) return std::nullopt;
  auto key = KeyPair::from_pkcs8({out, static_cast<std::size_t>(size)});
  OPENSSL_clear_free(out, static_cast<std::size_t>(size));
  return key;
}

struct KeyUsage {
  const char *key, *extended;
};

KeyUsage usage_of(CardKeyUse use, bool rsa) {
  switch (use) {
    case CardKeyUse::signature: return {"critical,digitalSignature,nonRepudiation", "emailProtection"};
    case CardKeyUse::key_management:
      return {rsa ? "critical,keyEncipherment" : "critical,keyAgreement", "emailProtection"};
    case CardKeyUse::card_authentication:
      return {"critical,digitalSignature", "critical,2.16.840.1.101.3.6.8"};
    case CardKeyUse::authentication: break;
  }
  return {"critical,digitalSignature", "clientAuth,1.3.6.1.4.1.311.20.2.2"};
}

void check_holder(const CardHolder& holder) {
  // X.520's upper bound; OpenSSL would refuse with fewer words.
  if (holder.common_name.empty() || holder.common_name.size() > 64) {
    throw Error(ErrorKind::usage, "the card holder's common name does not have 1 to 64 characters");
  }
  if (holder.upn.find('@') == std::string::npos) {
    throw Error(ErrorKind::usage,
                fmt::format("\"{}\" is no user principal name; write it as user@LAB.TEST", holder.upn));
  }
}

}  // namespace

LabCa::LabCa(const std::string& name)
    : key_(KeyPair::generate(KeyKind::p256)),
      certificate_(make_root(key_, name)),
      revoked_(std::make_shared<RevokedSerials>("")) {}

LabCa::LabCa(KeyPair key, Bytes certificate, const std::filesystem::path& folder)
    : key_(std::move(key)),
      certificate_(std::move(certificate)),
      revoked_(std::make_shared<RevokedSerials>(folder / kRevokedFile)) {}

LabCa LabCa::load(const std::filesystem::path& folder) {
  const auto key_file = folder / "ca.key";
  auto certificate = der_of_certificate(read_file(folder / "ca.pem"));
  auto text = read_file(key_file);
  auto key = key_of_pem(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!key) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: holds no RSA 2048, P-256 or P-384 key as PKCS#8 in PEM", key_file.string()));
  }
  if (key->public_key_der() != public_key_of_certificate(certificate)) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: is not the key of the certificate in ca.pem beside it; take both "
                            "from the same authority",
                            key_file.string()));
  }
  return {std::move(*key), std::move(certificate), folder};
}

void LabCa::save(const std::filesystem::path& folder) const {
  write_file_atomically(folder / "ca.pem", certificate_pem());
  write_file_atomically(folder / "ca.key", pem_of_key(key_).reveal(), 0600);
  revoked_->move_to(folder / kRevokedFile);
}

std::string LabCa::certificate_pem() const {
  return pem_of_certificate(certificate_);
}

Bytes LabCa::issue_card_certificate(ByteView public_key, const CardHolder& holder, int days) const {
  return issue_card_certificate(public_key, holder, CardKeyUse::authentication, days);
}

Bytes LabCa::issue_card_certificate(ByteView public_key, const CardHolder& holder, CardKeyUse use,
                                    int days) const {
  check_holder(holder);
  const auto key = public_key_of(public_key);
  const auto usage = usage_of(use, EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA);
  X509Builder certificate(holder.common_name, key.get(), days);
  certificate.extension(NID_basic_constraints, "critical,CA:FALSE")
      .extension(NID_key_usage, usage.key)
      .extension(NID_ext_key_usage, usage.extended)
      .extension(NID_subject_key_identifier, "hash");
  if (use != CardKeyUse::card_authentication) certificate.user_principal_name(holder.upn);
  return certificate.sign(x509_of(certificate_).get(), key_);
}

Bytes LabCa::sign_again(ByteView der, long from, long to) const {
  const auto old = x509_of(der);
  if (!old) throw Error(ErrorKind::usage, "what is to be issued again is no certificate");
  const X509Ptr certificate(X509_dup(old.get()));
  set_random_serial(certificate.get());
  const bool done =
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to) != nullptr &&
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(x509_of(certificate_).get())) == 1 &&
      X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0;
  if (!done) throw openssl_failure("issue a certificate again");
  return der_of(certificate.get());
}

Bytes LabCa::reissue(ByteView certificate, CertificateFlaw flaw) const {
  switch (flaw) {
    case CertificateFlaw::expired: return sign_again(certificate, -30 * kDay, -kDay);
    case CertificateFlaw::not_yet_valid: return sign_again(certificate, 30 * kDay, 60 * kDay);
    case CertificateFlaw::untrusted:
      return LabCa("root that nobody knows").sign_again(certificate, -kDay, 30 * kDay);
    case CertificateFlaw::revoked: break;
  }
  auto revoked = sign_again(certificate, -kDay, 30 * kDay);
  revoke(revoked);
  return revoked;
}

void LabCa::revoke(ByteView certificate) const {
  revoked_->add(describe_certificate(certificate).serial);
}

bool LabCa::is_revoked(const std::string& serial) const {
  return revoked_->has(serial);
}

std::string LabCa::revocation_list_pem() const {
  return make_revocation_list(x509_of(certificate_).get(), key_, revoked_->all());
}

ServerIdentity LabCa::issue_server_certificate(const std::string& dns_name, KeyKind kind, int days) const {
  auto key = KeyPair::generate(kind);
  X509Builder certificate(dns_name, key.get(), days);
  certificate.extension(NID_basic_constraints, "critical,CA:FALSE")
      .extension(NID_key_usage, "critical,digitalSignature")
      .extension(NID_ext_key_usage, "serverAuth")
      .extension(NID_subject_key_identifier, "hash")
      .server_names(dns_name);
  const auto der = certificate.sign(x509_of(certificate_).get(), key_);
  return {pem_of_certificate(der), std::move(key)};
}

Secret pem_of_key(const KeyPair& key) {
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    throw openssl_failure("write a private key as PEM");
  }
  return Secret(bio_text(bio.get()));
}

}  // namespace smx::vm
