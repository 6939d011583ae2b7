#include "vm/lab/revocation_list.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "vm/lab/openssl_error.h"
#include "vm/lab/openssl_types.h"

namespace smx::vm {
namespace {

using CrlPtr = std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>>;
using RevokedPtr = std::unique_ptr<X509_REVOKED, OpensslDeleter<X509_REVOKED_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpensslDeleter<ASN1_INTEGER_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, OpensslDeleter<ASN1_TIME_free>>;

constexpr long kHour = 3600;
constexpr long kWeek = 7 * 24 * kHour;

void check(bool done) {
  if (!done) throw openssl_failure("make a revocation list");
}

TimePtr from_now(long seconds) {
  TimePtr time(X509_gmtime_adj(nullptr, seconds));
  check(time != nullptr);
  return time;
}

void add(X509_CRL* list, const std::string& serial) {
  BIGNUM* number = nullptr;
  const bool whole = BN_hex2bn(&number, serial.c_str()) == static_cast<int>(serial.size());
  const NumberPtr owner(number);
  check(whole && number != nullptr);
  const IntegerPtr integer(BN_to_ASN1_INTEGER(number, nullptr));
  RevokedPtr entry(X509_REVOKED_new());
  check(integer && entry && X509_REVOKED_set_serialNumber(entry.get(), integer.get()) == 1 &&
        X509_REVOKED_set_revocationDate(entry.get(), from_now(-kHour).get()) == 1 &&
        X509_CRL_add0_revoked(list, entry.get()) == 1);
  entry.release();  // the list's now
}

}  // namespace

std::string make_revocation_list(const X509* issuer, const KeyPair& key,
                                 const std::set<std::string>& serials) {
  const CrlPtr list(X509_CRL_new());
  check(list && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
        X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer)) == 1 &&
        X509_CRL_set1_lastUpdate(list.get(), from_now(-kHour).get()) == 1 &&
        X509_CRL_set1_nextUpdate(list.get(), from_now(kWeek).get()) == 1);
  for (const auto& serial : serials) add(list.get(), serial);
  const BioPtr pem(BIO_new(BIO_s_mem()));
  check(X509_CRL_sort(list.get()) == 1 && X509_CRL_sign(list.get(), key.get(), EVP_sha256()) > 0 &&
        PEM_write_bio_X509_CRL(pem.get(), list.get()) == 1);
  return bio_text(pem.get());
}

}  // namespace smx::vm
