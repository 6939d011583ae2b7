#include "harness/signing/certificate.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"

namespace smx::signing {
namespace {

constexpr std::size_t kFileLimit = 1u << 20;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string subject_of(const X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  // As UTF-8, not as \C3\A9.
  constexpr unsigned long kFlags = XN_FLAG_RFC2253 & ~(ASN1_STRFLGS_ESC_MSB + 0UL);
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, kFlags);
  return text_of(bio.get());
}

[[noreturn]] void refuse_certificate(const std::string& place, const std::string& why) {
  throw Error(ErrorKind::usage, place + ": " + why);
}

}  // namespace

std::string take_openssl_reason() {
  const auto code = ERR_peek_last_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return reason != nullptr ? reason : "";
}

X509Ptr certificate_of_pem(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) ERR_clear_error();
  return certificate;
}

X509Ptr read_certificate(const std::string& file) {
  auto certificate = certificate_of_pem(read_file(file, kFileLimit));
  if (!certificate)
    refuse_certificate(file, "there is no certificate in it; it must be PEM (-----BEGIN CERTIFICATE-----)");
  return certificate;
}

std::string der_of(const X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size < 0) throw Error(ErrorKind::internal, "OpenSSL cannot write a certificate");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

Identity identity_of(const X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return {text_of(bio.get()), subject_of(certificate), sha256_hex(der_of(certificate))};
}

Identity read_identity(const std::string& certificate_file) {
  return identity_of(read_certificate(certificate_file).get());
}

void check_may_sign(const X509* certificate, const std::string& place, TimePoint now) {
  const auto from = time_of(X509_get0_notBefore(certificate)), to = time_of(X509_get0_notAfter(certificate));
  const auto day = [](TimePoint time) { return iso8601(time).substr(0, 10); };
  if (now < from) refuse_certificate(place, "the certificate is not valid before " + day(from));
  if (now > to)
    refuse_certificate(place, "the certificate expired on " + day(to) + "; sign with one that is valid");
  // Without a restriction it returns "everything".
  const auto usage = X509_get_key_usage(const_cast<X509*>(certificate));
  if ((usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
    refuse_certificate(
        place,
        "the certificate is not for signing (key usage has neither digitalSignature nor nonRepudiation)");
  const auto* key = X509_get0_pubkey(certificate);
  const int kind = key != nullptr ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE;
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC)
    refuse_certificate(place, "the certificate's key is neither RSA nor of an elliptic curve (ECDSA)");
}

TimePoint time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1)
    throw Error(ErrorKind::internal, "OpenSSL cannot read a time that it has read before");
  return TimePoint(std::chrono::seconds(::timegm(&parts)));
}

}  // namespace smx::signing
