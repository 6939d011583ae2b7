#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/lab/lab_ca.h"
#include "vm/lab/openssl_types.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

class FlawedCertificates : public testing::Test {
 protected:
  /// OpenSSL's own word on the certificate, with this lab's issuing authority as the only one it trusts.
  int judge(ByteView certificate) const {
    const std::unique_ptr<X509_STORE, OpensslDeleter<X509_STORE_free>> store(X509_STORE_new());
    const std::unique_ptr<X509_STORE_CTX, OpensslDeleter<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    const auto issuing = x509_of(ca_.certificate_der()), end = x509_of(certificate);
    X509_STORE_add_cert(store.get(), issuing.get());
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    X509_STORE_CTX_init(context.get(), store.get(), end.get(), nullptr);
    return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
  }
  /// The same, with the authority's list at hand and asked.
  int judge_with_list(ByteView certificate) const {
    const auto der = ca_.revocation_list();
    const unsigned char* at = der.data();
    const std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>> list(
        d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
    const std::unique_ptr<X509_STORE, OpensslDeleter<X509_STORE_free>> store(X509_STORE_new());
    const std::unique_ptr<X509_STORE_CTX, OpensslDeleter<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    const auto issuing = x509_of(ca_.certificate_der()), end = x509_of(certificate);
    X509_STORE_add_cert(store.get(), issuing.get());
    X509_STORE_add_crl(store.get(), list.get());
    X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_PARTIAL_CHAIN);
    X509_STORE_CTX_init(context.get(), store.get(), end.get(), nullptr);
    return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
  }
  bool revoked(ByteView certificate) const {
    return ca_.is_revoked(describe_certificate(certificate).serial);
  }

  LabCa ca_;
  const KeyPair key_ = KeyPair::generate(KeyKind::p256);
  const Bytes good_ = ca_.issue_card_certificate(key_.public_key_der(), {"Alice", "alice@lab.test"});
};

TEST_F(FlawedCertificates, have_their_flaw_and_no_other) {
  EXPECT_EQ(judge(good_), X509_V_OK);
  EXPECT_EQ(judge(ca_.reissue(good_, CertificateFlaw::expired)), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(judge(ca_.reissue(good_, CertificateFlaw::not_yet_valid)), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(judge(ca_.reissue(good_, CertificateFlaw::untrusted)),
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  const auto revoked_one = ca_.reissue(good_, CertificateFlaw::revoked);
  EXPECT_EQ(judge(revoked_one), X509_V_OK) << "only its authority knows";
  EXPECT_TRUE(revoked(revoked_one));
  EXPECT_FALSE(revoked(good_)) << "the one it was made from stays good";
}

TEST_F(FlawedCertificates, are_on_the_list_when_they_are_revoked_and_only_then) {
  EXPECT_EQ(judge_with_list(good_), X509_V_OK) << "an empty list is a list";
  const auto one = ca_.reissue(good_, CertificateFlaw::revoked);
  const auto other = ca_.reissue(good_, CertificateFlaw::revoked);
  EXPECT_EQ(judge_with_list(one), X509_V_ERR_CERT_REVOKED);
  EXPECT_EQ(judge_with_list(other), X509_V_ERR_CERT_REVOKED);
  EXPECT_EQ(judge_with_list(good_), X509_V_OK);
}

TEST_F(FlawedCertificates, keep_subject_key_and_user) {
  const auto before = describe_certificate(good_);
  for (const auto flaw : {CertificateFlaw::expired, CertificateFlaw::not_yet_valid,
                          CertificateFlaw::untrusted, CertificateFlaw::revoked}) {
    const auto certificate = ca_.reissue(good_, flaw);
    const auto text = describe_certificate(certificate);
    EXPECT_EQ(text.subject, before.subject);
    EXPECT_EQ(text.upn, before.upn);
    EXPECT_NE(text.serial, before.serial);
    EXPECT_EQ(public_key_of_certificate(certificate), key_.public_key_der());
  }
}

TEST_F(FlawedCertificates, are_not_made_of_what_is_none) {
  EXPECT_THROW(ca_.reissue(Bytes{1, 2, 3}, CertificateFlaw::expired), Error);
  EXPECT_THROW(ca_.revoke(Bytes{1, 2, 3}), Error);
}

TEST_F(FlawedCertificates, are_revoked_for_everybody_who_loads_the_authority) {
  const TempDir folder(std::filesystem::temp_directory_path(), "ca-");
  ca_.revoke(good_);
  ca_.save(folder.path());
  const auto one = LabCa::load(folder.path()), other = LabCa::load(folder.path());
  EXPECT_TRUE(one.is_revoked(describe_certificate(good_).serial)) << "known before it was saved";
  const auto later = one.reissue(good_, CertificateFlaw::revoked);
  EXPECT_TRUE(other.is_revoked(describe_certificate(later).serial)) << "revoked by another process";
  EXPECT_FALSE(other.is_revoked("00"));
}

}  // namespace
}  // namespace smx::vm
