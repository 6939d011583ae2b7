#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/core/secret.h"
#include "vm/card/key_pair.h"

namespace smx::vm {

/// Whose card it is.
struct CardHolder {
  std::string common_name = "Lab User";
  std::string upn = "user@LAB.TEST";  ///< user principal name; Kerberos compares its realm letter by letter
};

/// What a card's key is for, as its certificate says (SP 800-73-4 part 1, 3.1 and 3.2).
enum class CardKeyUse {
  authentication,       ///< PIV 9A: digitalSignature; clientAuth and smart card logon
  signature,            ///< 9C: digitalSignature and nonRepudiation; e-mail protection
  key_management,       ///< 9D: keyEncipherment (RSA) or keyAgreement (curves); e-mail protection
  card_authentication,  ///< 9E: digitalSignature; id-PIV-cardAuth
};

/// A certificate with the private key that belongs to it.
struct ServerIdentity {
  std::string certificate_pem;
  KeyPair key;
};

class RevokedSerials;

/// What can be wrong with a card's certificate on purpose.
enum class CertificateFlaw { expired, not_yet_valid, untrusted, revoked };

/// The lab's certification authority: one self-made root that signs everything directly. Thread-safe.
///
/// Certificates name no place to ask for revocation: guests are given `revocation_list_pem`, and the lab's
/// own servers ask `is_revoked`.
class LabCa {
 public:
  /// A new root with a fresh P-256 key. The name goes into its subject.
  explicit LabCa(const std::string& name = "safemode-matrix lab root");
  /// The root that `save` wrote. Throws Error(usage) naming the file.
  static LabCa load(const std::filesystem::path& folder);
  /// Writes ca.pem and ca.key (PKCS#8 in PEM, mode 0600) into the folder, which must be there.
  void save(const std::filesystem::path& folder) const;

  std::string certificate_pem() const;
  const Bytes& certificate_der() const { return certificate_; }

  /// For a smart card's authentication key, DER: subject alternative name UPN
  /// (otherName 1.3.6.1.4.1.311.20.2.3), extended key usage clientAuth and smart card logon
  /// (1.3.6.1.4.1.311.20.2.2), key usage digitalSignature. `public_key` is a SubjectPublicKeyInfo in DER.
  /// Throws Error(usage) when it or the holder cannot be used.
  Bytes issue_card_certificate(ByteView public_key, const CardHolder& holder, int days = 825) const;

  /// The same for any key of a card; the UPN is in every certificate but the card authentication key's, which
  /// stands for the card and not for its holder.
  Bytes issue_card_certificate(ByteView public_key, const CardHolder& holder, CardKeyUse use,
                               int days = 825) const;

  /// The same certificate (subject, key, extensions) anew, with the flaw: over since yesterday, valid from
  /// next month on, signed by a root that nobody knows, or revoked here. Throws Error(usage) when the bytes
  /// are no certificate, Error(environment) when the revocation cannot be stored.
  Bytes reissue(ByteView certificate, CertificateFlaw flaw) const;

  /// From now on for everybody who loads this authority. An authority that was neither loaded nor saved keeps
  /// it in memory only. Throws Error(environment), Error(usage) when the bytes are no certificate.
  void revoke(ByteView certificate) const;
  /// `serial`: upper-case hex, as in CertificateText. Asks the file each time: other processes revoke too.
  bool is_revoked(const std::string& serial) const;
  /// What is revoked now, as a signed list for others: X509 CRL in PEM, valid for a week.
  std::string revocation_list_pem() const;

  /// For a TLS server: a fresh key, the DNS name and the addresses 127.0.0.1 and 10.0.2.2.
  ServerIdentity issue_server_certificate(const std::string& dns_name, KeyKind key = KeyKind::p256,
                                          int days = 825) const;

 private:
  LabCa(KeyPair key, Bytes certificate, const std::filesystem::path& folder);
  Bytes sign_again(ByteView certificate, long from, long to) const;

  KeyPair key_;
  Bytes certificate_;  ///< DER
  std::shared_ptr<RevokedSerials> revoked_;
};

/// PKCS#8 in PEM, unencrypted.
Secret pem_of_key(const KeyPair& key);

}  // namespace smx::vm
