#include "vm/lab/x509_text.h"

#include <fmt/core.h>
#include <openssl/pem.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/lab/openssl_error.h"
#include "vm/lab/openssl_types.h"

namespace smx::vm {
namespace {

std::string name_text(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  return bio_text(bio.get());
}

Bytes der_of_key(EVP_PKEY* key) {
  unsigned char* out = nullptr;
  const int size = i2d_PUBKEY(key, &out);
  if (size <= 0) throw openssl_failure("encode a public key");
  Bytes der(out, out + size);
  OPENSSL_free(out);
  return der;
}

std::string serial_text(const X509* certificate) {
  const NumberPtr number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* digits = number ? BN_bn2hex(number.get()) : nullptr;
  std::string text = digits != nullptr ? digits : "";
  OPENSSL_free(digits);
  return text;
}

std::string date_text(const ASN1_TIME* time) {
  std::tm t{};
  if (ASN1_TIME_to_tm(time, &t) != 1) return "?";
  return fmt::format("{:04}-{:02}-{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

std::string upn_text(const X509* certificate) {
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_OTHERNAME || OBJ_obj2nid(name->d.otherName->type_id) != NID_ms_upn) continue;
    const auto* value = name->d.otherName->value;
    if (value->type != V_ASN1_UTF8STRING) continue;
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value->value.utf8string)),
            static_cast<std::size_t>(ASN1_STRING_length(value->value.utf8string))};
  }
  return {};
}

X509Ptr require_x509(ByteView der) {
  auto certificate = x509_of(der);
  if (!certificate) throw Error(ErrorKind::usage, "the bytes are not a certificate");
  return certificate;
}

}  // namespace

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Bytes der_of(const X509* certificate) {
  unsigned char* out = nullptr;
  const int size = i2d_X509(certificate, &out);
  if (size <= 0) throw openssl_failure("encode a certificate");
  Bytes der(out, out + size);
  OPENSSL_free(out);
  return der;
}

X509Ptr x509_of(ByteView der) {
  const unsigned char* at = der.data();
  X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  take_openssl_error();
  return certificate;
}

std::string pem_of_certificate(ByteView der) {
  const auto certificate = require_x509(der);
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate.get()) != 1)
    throw openssl_failure("write a certificate as PEM");
  return bio_text(bio.get());
}

Bytes der_of_certificate(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  take_openssl_error();
  if (!certificate) {
    throw Error(ErrorKind::usage, "the text holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
  }
  return der_of(certificate.get());
}

CertificateText describe_certificate(ByteView der) {
  const auto c = require_x509(der);
  return {name_text(X509_get_subject_name(c.get())),
          name_text(X509_get_issuer_name(c.get())),
          serial_text(c.get()),
          date_text(X509_get0_notBefore(c.get())),
          date_text(X509_get0_notAfter(c.get())),
          upn_text(c.get()),
          sha256_hex(as_text(der))};
}

Bytes public_key_of_certificate(ByteView der) {
  const auto certificate = require_x509(der);
  return der_of_key(X509_get0_pubkey(certificate.get()));
}

Bytes public_key_of_request(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<X509_REQ, OpensslDeleter<X509_REQ_free>> request(
      PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
  EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  const bool is_its_own = key != nullptr && X509_REQ_verify(request.get(), key) == 1;
  take_openssl_error();
  if (key == nullptr)
    throw Error(ErrorKind::usage, "the text to certify is not a certification request in PEM");
  if (!is_its_own)
    throw Error(ErrorKind::usage, "the certification request is not signed by the key that it is for");
  return der_of_key(key);
}

}  // namespace smx::vm
