#include "harness/signing/verify.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include "harness/core/error.h"
#include "harness/core/model/model_json.h"
#include "harness/signing/certificate.h"
#include "harness/signing/cms.h"

namespace smx::signing {
namespace {

constexpr std::size_t kSignatureLimit = 1u << 20;
constexpr const char* kNoSignature = "it is not a detached CMS signature in DER";

struct CertificatesFree {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
struct StackFree {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }  // owns none of them
};
using Certificates = std::unique_ptr<STACK_OF(X509), CertificatesFree>;
using BorrowedCertificates = std::unique_ptr<STACK_OF(X509), StackFree>;

/// Null when the bytes are anything but the one DER encoding of a detached CMS signature: two encodings of
/// one signature would be two files that claim to be the same.
CmsPtr parse(std::string_view signature) {
  if (signature.empty() || signature.size() > kSignatureLimit) return nullptr;
  const auto* at = reinterpret_cast<const unsigned char*>(signature.data());
  const auto* const end = at + signature.size();
  CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(signature.size())));
  if (!cms || at != end || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return nullptr;
  if (CMS_is_detached(cms.get()) != 1 || OBJ_obj2nid(CMS_get0_eContentType(cms.get())) != NID_pkcs7_data)
    return nullptr;
  return der_of(cms.get()) == signature ? std::move(cms) : nullptr;
}

/// The time among the signed attributes; none when it is not there.
std::optional<TimePoint> signing_time(const CMS_SignerInfo* signer) {
  const int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
  auto* attribute = at < 0 ? nullptr : CMS_signed_get_attr(signer, at);
  auto* value = attribute == nullptr || X509_ATTRIBUTE_count(attribute) != 1
                    ? nullptr
                    : X509_ATTRIBUTE_get0_type(attribute, 0);
  if (value == nullptr || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME))
    return std::nullopt;
  const auto* time = value->type == V_ASN1_UTCTIME ? value->value.utctime : value->value.generalizedtime;
  if (ASN1_TIME_check(time) != 1) return std::nullopt;
  return time_of(time);
}

bool uses_sha256(CMS_SignerInfo* signer) {
  X509_ALGOR* digest = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
  return digest != nullptr && OBJ_obj2nid(digest->algorithm) == NID_sha256;
}

std::string check_signature(CMS_ContentInfo* cms, std::string_view content, X509* pinned) {
  // Behind a filter: OpenSSL 3.0 copies a memory BIO that it is given, and forgets the copy when it does not
  // know the digest.
  const BioPtr in(
      BIO_push(BIO_new(BIO_f_null()), BIO_new_mem_buf(content.data(), static_cast<int>(content.size()))));
  const BorrowedCertificates known(sk_X509_new_null());
  if (!in || !known || sk_X509_push(known.get(), pinned) <= 0)
    throw Error(ErrorKind::internal, "no memory is left to verify a signature");
  // The signer is looked for among `known` alone, and its signature verified by that certificate's key.
  constexpr unsigned kFlags = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;
  if (CMS_verify(cms, known.get(), nullptr, in.get(), nullptr, kFlags) == 1) return "";
  const auto reason = take_openssl_reason();
  return "the signature does not fit the signed content" + (reason.empty() ? "" : " (" + reason + ")");
}

}  // namespace

std::string der_of(const CMS_ContentInfo* cms) {
  unsigned char* bytes = nullptr;
  const int size = i2d_CMS_ContentInfo(cms, &bytes);
  if (size < 0) throw Error(ErrorKind::internal, "OpenSSL cannot write a signature");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

Verification verify_detached(std::string_view content, std::string_view signature, const Identity& pinned) {
  Verification result;
  const auto refused = [&result](const std::string& why) {
    ERR_clear_error();
    result.why = why;
    return result;
  };
  const auto cms = parse(signature);
  if (!cms) return refused(kNoSignature);
  const Certificates inside(CMS_get1_certs(cms.get()));
  auto* signers = CMS_get0_SignerInfos(cms.get());
  if (signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1)
    return refused("it has not exactly one signer");
  if (!inside || sk_X509_num(inside.get()) != 1) return refused("it has not exactly one certificate in it");
  const auto* certificate = sk_X509_value(inside.get(), 0);
  result.signer = identity_of(certificate);
  const auto pin = certificate_of_pem(pinned.certificate_pem);
  if (!pin) throw Error(ErrorKind::internal, "an identity without a certificate was to be verified against");
  if (der_of(certificate) != der_of(pin.get()))
    return refused(fmt::format("it is by {} (SHA-256 {}), not by {} (SHA-256 {})", result.signer->subject,
                               result.signer->fingerprint, pinned.subject, pinned.fingerprint));
  auto* signer = sk_CMS_SignerInfo_value(signers, 0);
  const auto time = signing_time(signer);
  if (!uses_sha256(signer) || !time) return refused("it does not sign a SHA-256 with the time of signing");
  if (const auto why = check_signature(cms.get(), content, pin.get()); !why.empty()) return refused(why);
  if (*time < time_of(X509_get0_notBefore(pin.get())) || *time > time_of(X509_get0_notAfter(pin.get())))
    return refused("it was made on " + iso8601(*time).substr(0, 10) + ", when its certificate was not valid");
  result.valid = true;
  result.signed_at = time;
  return result;
}

}  // namespace smx::signing
