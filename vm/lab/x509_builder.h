#pragma once

#include <string>

#include "vm/card/memory/key_pair.h"
#include "vm/lab/openssl_types.h"

namespace smx::vm {

/// 127 random bits. Throws Error(internal) when OpenSSL refuses.
void set_random_serial(X509* certificate);

/// Puts a version 3 certificate together, field by field, and signs it. For this folder's .cpp files only.
/// Every function throws Error(internal) when OpenSSL refuses.
class X509Builder {
 public:
  /// A random serial number of 127 bits; valid from an hour ago (a guest's clock may be behind) for `days`.
  X509Builder(const std::string& common_name, EVP_PKEY* public_key, int days);

  /// An extension in the words of OpenSSL's configuration: (NID_key_usage, "critical,digitalSignature").
  /// `value` may not come from data: it is a small language.
  X509Builder& extension(int nid, const char* value);
  /// DNS name and IPv4 addresses as subject alternative names.
  X509Builder& server_names(const std::string& dns_name);
  /// A user principal name as otherName 1.3.6.1.4.1.311.20.2.3, as Windows wants it.
  X509Builder& user_principal_name(const std::string& upn);
  /// DNS name, and the realm's ticket-granting service as otherName id-pkinit-san (RFC 4556, 3.2.2).
  X509Builder& kdc_names(const std::string& dns_name, const std::string& realm);
  /// Signs. A null issuer: self-signed.
  Bytes sign(const X509* issuer, const KeyPair& issuer_key);

 private:
  void add(int nid, void* value, bool critical);
  X509Ptr certificate_;
};

}  // namespace smx::vm
