#include "vm/lab/lab_ca.h"

#include <fmt/core.h>
#include <openssl/pem.h>

#include "harness/core/files.h"
#include "vm/lab/openssl_error.h"
#include "vm/lab/revoked_serials.h"
#include "vm/lab/x509_builder.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

constexpr long kDay = 86400;
constexpr const char* kRevokedFile = "revoked";

Bytes make_root(const KeyPair& key, const std::string& name, int days) {
  X509Builder root(name + " root", key.get(), days);
  root.extension(NID_basic_constraints, "critical,CA:TRUE,pathlen:1")
      .extension(NID_key_usage, "critical,keyCertSign,cRLSign")
      .extension(NID_subject_key_identifier, "hash");
  return root.sign(nullptr, key);
}

Bytes make_issuing(const KeyPair& key, const std::string& name, int days, const Bytes& root,
                   const KeyPair& root_key) {
  X509Builder issuing(name + " issuing authority", key.get(), days);
  issuing.extension(NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
      .extension(NID_key_usage, "critical,keyCertSign,cRLSign")
      .extension(NID_subject_key_identifier, "hash");
  return issuing.sign(x509_of(root).get(), root_key);
}

/// Whether it ends less than `days` after `now`.
bool is_due(const X509* certificate, TimePoint now, int days) {
  const auto limit =
      std::chrono::system_clock::to_time_t(now) + static_cast<std::time_t>(days) * std::time_t{kDay};
  return ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), limit) < 0;
}

/// The same certificate, signed anew, for as many days as it was valid for.
Bytes renewed(const Bytes& der, const KeyPair& issuer_key) {
  const auto certificate = x509_of(der);
  int days = 0, seconds = 0;
  ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate.get()),
                 X509_get0_notAfter(certificate.get()));
  set_random_serial(certificate.get());
  const bool done = X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay) != nullptr &&
                    X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()) > 0;
  if (!done) throw openssl_failure("renew an authority's certificate");
  return der_of(certificate.get());
}

KeyPtr public_key_of(ByteView der) {
  const unsigned char* at = der.data();
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  take_openssl_error();
  if (!key) throw Error(ErrorKind::usage, "a card's public key is not a SubjectPublicKeyInfo in DER");
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
                fmt::format("\"{}\" is not a user principal name; write it as user@LAB.TEST", holder.upn));
  }
}

}  // namespace

LabCa::LabCa(const std::string& name, CaValidity validity)
    : root_{KeyPair::generate(KeyKind::p256), {}},
      issuing_{KeyPair::generate(KeyKind::p256), {}},
      revoked_(std::make_shared<RevokedSerials>("")) {
  root_.certificate = make_root(root_.key, name, validity.root);
  issuing_.certificate = make_issuing(issuing_.key, name, validity.issuing, root_.certificate, root_.key);
}

LabCa::LabCa(Signer root, Signer issuing, const std::filesystem::path& folder)
    : root_(std::move(root)),
      issuing_(std::move(issuing)),
      revoked_(std::make_shared<RevokedSerials>(folder / kRevokedFile)) {}

LabCa::Signer LabCa::load_signer(const std::filesystem::path& folder, const std::string& name) {
  const auto key_file = folder / (name + ".key");
  auto certificate = der_of_certificate(read_file(folder / (name + ".pem")));
  auto text = read_file(key_file);
  auto key = key_of_pem(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!key) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: holds no RSA 2048, P-256 or P-384 key as PKCS#8 in PEM", key_file.string()));
  }
  if (key->public_key_der() != public_key_of_certificate(certificate)) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: is not the key of the certificate in {}.pem beside it; take both "
                            "from the same authority",
                            key_file.string(), name));
  }
  return {std::move(*key), std::move(certificate)};
}

LabCa LabCa::load(const std::filesystem::path& folder) {
  return {load_signer(folder, "root"), load_signer(folder, "issuing"), folder};
}

void LabCa::save(const std::filesystem::path& folder) const {
  const auto save_signer = [&](const Signer& signer, const std::string& name) {
    write_file_atomically(folder / (name + ".pem"), pem_of_certificate(signer.certificate));
    write_file_atomically(folder / (name + ".key"), pem_of_key(signer.key).reveal(), 0600);
  };
  save_signer(root_, "root");
  save_signer(issuing_, "issuing");
  revoked_->move_to(folder / kRevokedFile);
}

bool LabCa::renew(TimePoint now, int left) {
  bool any = false;
  for (auto* signer : {&root_, &issuing_}) {
    if (!is_due(x509_of(signer->certificate).get(), now, left)) continue;
    signer->certificate = renewed(signer->certificate, root_.key);
    any = true;
  }
  return any;
}

std::string LabCa::certificate_pem() const {
  return pem_of_certificate(issuing_.certificate);
}

std::string LabCa::root_pem() const {
  return pem_of_certificate(root_.certificate);
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
  return certificate.sign(x509_of(issuing_.certificate).get(), issuing_.key);
}

Bytes LabCa::sign_again(ByteView der, long from, long to) const {
  const auto old = x509_of(der);
  if (!old) throw Error(ErrorKind::usage, "the bytes to issue again are not a certificate");
  const X509Ptr certificate(X509_dup(old.get()));
  set_random_serial(certificate.get());
  const bool done = X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to) != nullptr &&
                    X509_set_issuer_name(certificate.get(),
                                         X509_get_subject_name(x509_of(issuing_.certificate).get())) == 1 &&
                    X509_sign(certificate.get(), issuing_.key.get(), EVP_sha256()) > 0;
  if (!done) throw openssl_failure("issue a certificate again");
  return der_of(certificate.get());
}

Bytes LabCa::reissue(ByteView certificate, CertificateFlaw flaw) const {
  switch (flaw) {
    case CertificateFlaw::expired: return sign_again(certificate, -30 * kDay, -kDay);
    case CertificateFlaw::not_yet_valid: return sign_again(certificate, 30 * kDay, 60 * kDay);
    case CertificateFlaw::untrusted:
      return LabCa("unknown authority").sign_again(certificate, -kDay, 30 * kDay);
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

ServerIdentity LabCa::issue_server_certificate(const std::string& dns_name, KeyKind kind, int days) const {
  auto key = KeyPair::generate(kind);
  X509Builder certificate(dns_name, key.get(), days);
  certificate.extension(NID_basic_constraints, "critical,CA:FALSE")
      .extension(NID_key_usage, "critical,digitalSignature")
      .extension(NID_ext_key_usage, "serverAuth")
      .extension(NID_subject_key_identifier, "hash")
      .server_names(dns_name);
  const auto der = certificate.sign(x509_of(issuing_.certificate).get(), issuing_.key);
  return {pem_of_certificate(der), std::move(key)};
}

ServerIdentity LabCa::issue_kdc_certificate(const std::string& dns_name, const std::string& realm,
                                            int days) const {
  // MIT's KDC signs its answers with RSA only before version 1.21.
  auto key = KeyPair::generate(KeyKind::rsa2048);
  X509Builder certificate(dns_name, key.get(), days);
  certificate.extension(NID_basic_constraints, "critical,CA:FALSE")
      .extension(NID_key_usage, "critical,digitalSignature,keyEncipherment")
      .extension(NID_ext_key_usage, "1.3.6.1.5.2.3.5")
      .extension(NID_subject_key_identifier, "hash")
      .kdc_names(dns_name, realm);
  const auto der = certificate.sign(x509_of(issuing_.certificate).get(), issuing_.key);
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
