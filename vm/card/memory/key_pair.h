#pragma once

#include <memory>
#include <string_view>

#include "harness/core/bytes.h"

struct evp_pkey_st;

namespace smx::vm {

enum class KeyKind { rsa2048, p256, p384 };
/// "rsa2048", "p256", "p384": as in matrix and card files.
std::string_view name(KeyKind kind);
std::optional<KeyKind> parse_key_kind(std::string_view text);

/// A private key with its public half. Cheap to copy (shared), immutable, thread-safe.
class KeyPair {
 public:
  /// RSA takes some 100 ms. Throws Error(internal) when OpenSSL cannot.
  static KeyPair generate(KeyKind kind);
  /// From an unencrypted PKCS#8 PrivateKeyInfo in DER; nothing when it is not one of RSA 2048, P-256 or
  /// P-384.
  static std::optional<KeyPair> from_pkcs8(ByteView der);

  KeyKind kind() const { return kind_; }
  Bytes pkcs8() const;           ///< secret; wipe it
  Bytes public_key_der() const;  ///< SubjectPublicKeyInfo

  /// RSA without padding (RSASP1) of exactly 256 bytes; nothing when they are not below the modulus or no
  /// such key.
  std::optional<Bytes> rsa_private(ByteView block) const;
  /// ECDSA over a hash no longer than the curve's field (32 or 48 bytes), as a DER SEQUENCE of two INTEGERs;
  /// nothing for an RSA key.
  std::optional<Bytes> ecdsa(ByteView hash) const;
  /// ECDH (SP 800-56A, 5.7.1.2): the shared point's x coordinate, a secret of 32 or 48 bytes. Nothing when
  /// `point` is not an uncompressed point of the curve, or for an RSA key.
  std::optional<Bytes> ecdh(ByteView point) const;

  Bytes modulus() const;   ///< RSA: 256 bytes; else empty
  Bytes exponent() const;  ///< RSA: without leading zeros; else empty
  Bytes point() const;     ///< of a curve: 04 x y; else empty

  /// For code that works with OpenSSL itself; owned by this object.
  evp_pkey_st* get() const { return key_.get(); }

 private:
  KeyPair(std::shared_ptr<evp_pkey_st> key, KeyKind kind) : key_(std::move(key)), kind_(kind) {}
  std::shared_ptr<evp_pkey_st> key_;
  KeyKind kind_;
};

}  // namespace smx::vm
