// What the authority says of the certificates that it revoked: lists, and answers to OCSP.

#include <openssl/ocsp.h>
#include <openssl/pem.h>

#include "vm/lab/lab_ca.h"
#include "vm/lab/openssl_error.h"
#include "vm/lab/openssl_types.h"
#include "vm/lab/revoked_serials.h"

namespace smx::vm {
namespace {

constexpr long kHour = 3600, kWeek = 7 * 24 * kHour;

using CrlPtr = std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, OpensslDeleter<ASN1_TIME_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpensslDeleter<ASN1_INTEGER_free>>;
using RequestPtr = std::unique_ptr<OCSP_REQUEST, OpensslDeleter<OCSP_REQUEST_free>>;
using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, OpensslDeleter<OCSP_RESPONSE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, OpensslDeleter<OCSP_BASICRESP_free>>;
using CertIdPtr = std::unique_ptr<OCSP_CERTID, OpensslDeleter<OCSP_CERTID_free>>;

void require(bool done, const char* what) {
  if (!done) throw openssl_failure(what);
}

/// From now; a guest's clock may be behind, so what begins now began an hour ago.
TimePtr from_now(long seconds) {
  return TimePtr(X509_gmtime_adj(nullptr, seconds));
}

IntegerPtr serial_of(const std::string& hex) {
  BIGNUM* number = nullptr;
  BN_hex2bn(&number, hex.c_str());
  const NumberPtr owner(number);
  return IntegerPtr(BN_to_ASN1_INTEGER(number, nullptr));
}

std::string hex_of(const ASN1_INTEGER* serial) {
  const NumberPtr number(ASN1_INTEGER_to_BN(serial, nullptr));
  char* text = BN_bn2hex(number.get());
  std::string hex(text);
  OPENSSL_free(text);
  return hex;
}

void add_revoked(X509_CRL* list, const std::string& serial) {
  X509_REVOKED* entry = X509_REVOKED_new();
  const auto at = from_now(-kHour);
  const auto number = serial_of(serial);
  require(number && X509_REVOKED_set_serialNumber(entry, number.get()) == 1 &&
              X509_REVOKED_set_revocationDate(entry, at.get()) == 1 &&
              X509_CRL_add0_revoked(list, entry) == 1,
          "put a certificate on a revocation list");
}

Bytes der_of_response(OCSP_RESPONSE* response) {
  unsigned char* out = nullptr;
  const int size = i2d_OCSP_RESPONSE(response, &out);
  require(size > 0, "encode an OCSP response");
  Bytes der(out, out + size);
  OPENSSL_free(out);
  return der;
}

}  // namespace

Bytes LabCa::list_of(const Signer& signer) const {
  const CrlPtr list(X509_CRL_new());
  const auto issuer = x509_of(signer.certificate);
  const auto from = from_now(-kHour), to = from_now(kWeek);
  require(list && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get())) == 1 &&
              X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
              X509_CRL_set1_nextUpdate(list.get(), to.get()) == 1,
          "make a revocation list");
  for (const auto& serial : revoked_->all()) add_revoked(list.get(), serial);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer.get(), nullptr, nullptr, list.get(), 0);
  const ExtensionPtr authority(X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid"));
  require(authority && X509_CRL_add_ext(list.get(), authority.get(), -1) == 1 &&
              X509_CRL_sort(list.get()) == 1 && X509_CRL_sign(list.get(), signer.key.get(), EVP_sha256()) > 0,
          "sign a revocation list");
  unsigned char* out = nullptr;
  const int size = i2d_X509_CRL(list.get(), &out);
  require(size > 0, "encode a revocation list");
  Bytes der(out, out + size);
  OPENSSL_free(out);
  return der;
}

std::size_t LabCa::revoked_count() const {
  return revoked_->all().size();
}

Bytes LabCa::root_revocation_list() const {
  return list_of(root_);
}

Bytes LabCa::revocation_list() const {
  return list_of(issuing_);
}

std::string LabCa::revocation_lists_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  for (const auto& der : {root_revocation_list(), revocation_list()}) {
    const unsigned char* at = der.data();
    const CrlPtr list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
    require(list && PEM_write_bio_X509_CRL(bio.get(), list.get()) == 1, "write a revocation list as PEM");
  }
  return bio_text(bio.get());
}

Bytes LabCa::answer_ocsp(ByteView bytes) const {
  const unsigned char* at = bytes.data();
  const RequestPtr request(d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(bytes.size())));
  take_openssl_error();
  if (!request || OCSP_request_onereq_count(request.get()) == 0)
    return der_of_response(
        ResponsePtr(OCSP_response_create(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, nullptr)).get());
  const auto issuer = x509_of(issuing_.certificate);
  const BasicPtr basic(OCSP_BASICRESP_new());
  const auto now = from_now(-kHour), next = from_now(kHour);
  for (int i = 0; i < OCSP_request_onereq_count(request.get()); ++i) {
    OCSP_CERTID* id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(request.get(), i));
    ASN1_OBJECT* digest = nullptr;
    ASN1_INTEGER* serial = nullptr;
    OCSP_id_get0_info(nullptr, &digest, nullptr, &serial, id);
    const EVP_MD* md = EVP_get_digestbyobj(digest);
    const CertIdPtr ours(md != nullptr ? OCSP_cert_to_id(md, nullptr, issuer.get()) : nullptr);
    const bool known = ours && OCSP_id_issuer_cmp(ours.get(), id) == 0;
    const bool revoked = known && is_revoked(hex_of(serial));
    const int status = !known    ? V_OCSP_CERTSTATUS_UNKNOWN
                       : revoked ? V_OCSP_CERTSTATUS_REVOKED
                                 : V_OCSP_CERTSTATUS_GOOD;
    require(OCSP_basic_add1_status(basic.get(), id, status, revoked ? OCSP_REVOKED_STATUS_UNSPECIFIED : 0,
                                   revoked ? now.get() : nullptr, now.get(), next.get()) != nullptr,
            "answer OCSP");
  }
  take_openssl_error();
  OCSP_copy_nonce(basic.get(), request.get());
  require(OCSP_basic_sign(basic.get(), issuer.get(), issuing_.key.get(), EVP_sha256(), nullptr, 0) == 1,
          "sign an OCSP response");
  return der_of_response(
      ResponsePtr(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get())).get());
}

}  // namespace smx::vm
