#include "scenarios/verify/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/openssl.h"

namespace smx::verify {
namespace {

X509Ptr read_pem(std::string_view pem) {
  if (pem.empty() || pem.size() > INT_MAX) return nullptr;
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // No password is ever asked for on the terminal: what claims to be encrypted is no certificate.
  X509Ptr certificate(PEM_read_bio_X509(
      bio.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
  ERR_clear_error();
  return certificate;
}

}  // namespace

std::string certificate_sha256(std::string_view pem) {
  const auto certificate = read_pem(pem);
  if (!certificate) return {};
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  if (size <= 0) return {};
  const auto hash = sha256_hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return hash;
}

std::string own_certificate_sha256(std::string_view pem) {
  auto sha256 = certificate_sha256(pem);
  if (sha256.empty()) throw Error(ErrorKind::internal, "the card's own certificate cannot be read");
  return sha256;
}

bool has_curve_key(std::string_view pem) {
  const auto certificate = read_pem(pem);
  const EVP_PKEY* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
  return key != nullptr && EVP_PKEY_base_id(key) == EVP_PKEY_EC;
}

bool signed_by(std::string_view pem, std::string_view message, std::string_view signature) {
  const auto certificate = read_pem(pem);
  EVP_PKEY* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
  if (key == nullptr || (EVP_PKEY_base_id(key) != EVP_PKEY_RSA && EVP_PKEY_base_id(key) != EVP_PKEY_EC))
    throw Error(ErrorKind::internal, "the card's certificate holds no RSA or EC key");
  const DigestContextPtr context(EVP_MD_CTX_new());
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  const bool good = EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                    EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                                     message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace smx::verify
