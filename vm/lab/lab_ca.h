#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/core/model/matrix.h"
#include "harness/core/secret.h"
#include "harness/core/time_types.h"
#include "vm/card/memory/key_pair.h"

namespace smx::vm {

/// Whose card it is.
struct CardHolder {
  std::string common_name = "Lab User";
  /// User principal name: what Windows logs on by. MIT Kerberos compares the realm letter by letter.
  std::string upn = "user@LAB.TEST";
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

/// How long the authority's own certificates are valid, in days.
struct CaValidity {
  int root = 3650, issuing = 1825;
};

/// The lab's certification authority: a self-made root, and an issuing authority below it that signs
/// everything else. Thread-safe, but for `renew`.
///
/// Certificates name no place to ask for revocation: the lab's ports are others each time. What the places
/// are is told by the lab's description; the lab's own servers ask `is_revoked`.
class LabCa {
 public:
  /// A new root and a new issuing authority, with fresh P-256 keys. The name goes into their subjects.
  explicit LabCa(const std::string& name = "safemode-matrix lab", CaValidity validity = {});
  /// The authority that `save` wrote. Throws Error(usage) naming the file.
  static LabCa load(const std::filesystem::path& folder);
  /// Writes root.pem, issuing.pem and the keys beside them (PKCS#8 in PEM, mode 0600) into the folder, which
  /// must be there.
  void save(const std::filesystem::path& folder) const;

  /// Renews each certificate that ends less than `left` days after `now`, with the same key and name: what
  /// it signed stays valid. Whether it renewed any; `save` keeps that.
  bool renew(TimePoint now, int left = 900);

  /// The issuing authority's: what a certificate's issuer is.
  std::string certificate_pem() const;
  const Bytes& certificate_der() const { return issuing_.certificate; }
  std::string root_pem() const;
  const Bytes& root_der() const { return root_.certificate; }
  /// The root's, then the issuing authority's.
  std::string chain_pem() const { return root_pem() + certificate_pem(); }

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
  /// next month on, signed by an unknown root, or revoked here. Throws Error(usage) when the bytes
  /// are not a certificate, Error(environment) when the revocation cannot be stored.
  Bytes reissue(ByteView certificate, CertificateFlaw flaw) const;

  /// From now on for every process that loads this authority. An authority that was neither loaded nor saved
  /// keeps it in memory only. Throws Error(environment), Error(usage) when the bytes are not a certificate.
  void revoke(ByteView certificate) const;
  /// `serial`: upper-case hex, as in CertificateText. Asks the file each time: other processes revoke too.
  bool is_revoked(const std::string& serial) const;

  /// How many certificates were revoked until now: grows, and so says when the lists are others.
  std::size_t revoked_count() const;
  /// Everything that was revoked until now, as lists (RFC 5280, 5) of the root and of the issuing authority,
  /// each valid for a week: DER, or both in PEM.
  Bytes root_revocation_list() const;
  Bytes revocation_list() const;
  std::string revocation_lists_pem() const;
  /// The response to an OCSP request (RFC 6960), both DER, signed by the issuing authority; to what is no
  /// request, a response that says so.
  Bytes answer_ocsp(ByteView request) const;

  /// For a Kerberos KDC (RFC 4556, 3.2.4): extended key usage id-pkinit-KPKdc, and the ticket-granting
  /// service of the realm as subject alternative name.
  ServerIdentity issue_kdc_certificate(const std::string& dns_name, const std::string& realm,
                                       int days = 825) const;

  /// For a TLS server: a fresh key, the DNS name and the addresses 127.0.0.1 and 10.0.2.2.
  ServerIdentity issue_server_certificate(const std::string& dns_name, KeyKind key = KeyKind::p256,
                                          int days = 825) const;

 private:
  /// A certificate that signs others, with its key.
  struct Signer {
    KeyPair key;
    Bytes certificate;  ///< DER
  };
  static Signer load_signer(const std::filesystem::path& folder, const std::string& name);

  LabCa(Signer root, Signer issuing, const std::filesystem::path& folder);
  Bytes sign_again(ByteView certificate, long from, long to) const;
  Bytes list_of(const Signer& signer) const;

  Signer root_, issuing_;
  std::shared_ptr<RevokedSerials> revoked_;
};

/// PKCS#8 in PEM, unencrypted.
Secret pem_of_key(const KeyPair& key);

}  // namespace smx::vm
