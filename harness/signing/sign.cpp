#include <openssl/cms.h>

#include "harness/core/error.h"
#include "harness/signing/certificate.h"
#include "harness/signing/cms.h"

namespace smx::signing {
namespace {

[[noreturn]] void failed(const X509* certificate) {
  const auto reason = take_openssl_reason();
  throw Error(ErrorKind::environment, "the key of " + identity_of(certificate).subject + " did not sign" +
                                          (reason.empty() ? "" : ": " + reason));
}

}  // namespace

std::string sign(X509* certificate, EVP_PKEY* key, std::string_view content) {
  // Partial: the signer is added with a digest of our choice. Not as S/MIME would: its line ends are not
  // ours.
  constexpr unsigned kFlags = CMS_PARTIAL | CMS_DETACHED | CMS_BINARY;
  const CmsPtr cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, kFlags));
  if (!cms || CMS_add1_signer(cms.get(), certificate, key, EVP_sha256(), CMS_NOSMIMECAP) == nullptr)
    failed(certificate);
  const BioPtr in(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  if (CMS_final(cms.get(), in.get(), nullptr, CMS_DETACHED | CMS_BINARY) != 1) failed(certificate);
  return der_of(cms.get());
}

}  // namespace smx::signing
