#include "vm/card/memory/key_pair.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "harness/core/error.h"
#include "harness/core/openssl.h"

namespace smx::vm {
namespace {

std::shared_ptr<EVP_PKEY> own(EVP_PKEY* key) {
  return {key, EVP_PKEY_free};
}

std::optional<KeyKind> kind_of(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) == 2048) return KeyKind::rsa2048;
  char group[32] = {};
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
      EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1) {
    return std::nullopt;
  }
  switch (OBJ_sn2nid(group)) {
    case NID_X9_62_prime256v1: return KeyKind::p256;
    case NID_secp384r1: return KeyKind::p384;
    default: return std::nullopt;
  }
}

/// The bytes of a coordinate of the key's curve; 0 for RSA.
std::size_t field_size(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256: return 32;
    case KeyKind::p384: return 48;
    case KeyKind::rsa2048: break;
  }
  return 0;
}

Bytes number(const EVP_PKEY* key, const char* parameter) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, parameter, &value);
  const NumberPtr owned(value);
  if (!owned) throw Error(ErrorKind::internal, "OpenSSL does not tell an RSA key's public numbers");
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(value)));
  BN_bn2bin(value, bytes.data());
  return bytes;
}

/// A public key on the same curve as `mine`; null when `point` is not on it.
KeyPtr peer_key(const EVP_PKEY* mine, ByteView point) {
  KeyPtr peer(EVP_PKEY_new());
  if (!peer || EVP_PKEY_copy_parameters(peer.get(), mine) != 1 ||
      EVP_PKEY_set1_encoded_public_key(peer.get(), point.data(), point.size()) != 1) {
    peer.reset();
  }
  return peer;
}

/// EVP_PKEY_sign with what `prepare` sets up, over `input`.
template <typename Prepare>
std::optional<Bytes> sign(EVP_PKEY* key, ByteView input, Prepare prepare) {
  const KeyContextPtr context(EVP_PKEY_CTX_new(key, nullptr));
  std::size_t size = 0;
  std::optional<Bytes> signature;
  if (context && EVP_PKEY_sign_init(context.get()) == 1 && prepare(context.get()) &&
      EVP_PKEY_sign(context.get(), nullptr, &size, input.data(), input.size()) == 1) {
    signature.emplace(size);
    if (EVP_PKEY_sign(context.get(), signature->data(), &size, input.data(), input.size()) == 1) {
      signature->resize(size);
    } else {
      signature.reset();
    }
  }
  ERR_clear_error();
  return signature;
}

}  // namespace

std::string_view name(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256: return "p256";
    case KeyKind::p384: return "p384";
    case KeyKind::rsa2048: break;
  }
  return "rsa2048";
}

std::optional<KeyKind> parse_key_kind(std::string_view text) {
  for (const auto kind : {KeyKind::rsa2048, KeyKind::p256, KeyKind::p384})
    if (text == name(kind)) return kind;
  return std::nullopt;
}

KeyPair KeyPair::generate(KeyKind kind) {
  auto key = own(kind == KeyKind::rsa2048 ? EVP_RSA_gen(2048)
                                          : EVP_EC_gen(kind == KeyKind::p256 ? "P-256" : "P-384"));
  if (!key) throw Error(ErrorKind::internal, "OpenSSL could not generate a key pair");
  return {std::move(key), kind};
}

std::optional<KeyPair> KeyPair::from_pkcs8(ByteView der) {
  const unsigned char* at = der.data();
  PKCS8_PRIV_KEY_INFO* info = d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size()));
  auto key = own(info != nullptr ? EVP_PKCS82PKEY(info) : nullptr);
  PKCS8_PRIV_KEY_INFO_free(info);
  ERR_clear_error();
  const auto kind = key ? kind_of(key.get()) : std::nullopt;
  if (!kind) return std::nullopt;
  return KeyPair(std::move(key), *kind);
}

Bytes KeyPair::pkcs8() const {
  PKCS8_PRIV_KEY_INFO* info = EVP_PKEY2PKCS8(key_.get());
  unsigned char* out = nullptr;
  const int size = info != nullptr ? i2d_PKCS8_PRIV_KEY_INFO(info, &out) : -1;
  PKCS8_PRIV_KEY_INFO_free(info);
  if (size <= 0) throw Error(ErrorKind::internal, "OpenSSL could not encode a private key");
  Bytes der(out, out + size);
  OPENSSL_clear_free(out, static_cast<std::size_t>(size));
  return der;
}

Bytes KeyPair::public_key_der() const {
  unsigned char* out = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &out);
  if (size <= 0) throw Error(ErrorKind::internal, "OpenSSL could not encode a public key");
  Bytes der(out, out + size);
  OPENSSL_free(out);
  return der;
}

std::optional<Bytes> KeyPair::rsa_private(ByteView block) const {
  if (kind_ != KeyKind::rsa2048 || block.size() != 256) return std::nullopt;
  return sign(key_.get(), block,
              [](EVP_PKEY_CTX* c) { return EVP_PKEY_CTX_set_rsa_padding(c, RSA_NO_PADDING) == 1; });
}

std::optional<Bytes> KeyPair::ecdsa(ByteView hash) const {
  if (hash.empty() || hash.size() > field_size(kind_)) return std::nullopt;
  return sign(key_.get(), hash, [](EVP_PKEY_CTX*) { return true; });
}

std::optional<Bytes> KeyPair::ecdh(ByteView point) const {
  const std::size_t field = field_size(kind_);
  if (field == 0 || point.size() != 1 + 2 * field || point[0] != 0x04) return std::nullopt;
  const auto peer = peer_key(key_.get(), point);
  const KeyContextPtr context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  std::size_t size = field;
  Bytes secret(size);
  const bool derived = peer && context && EVP_PKEY_derive_init(context.get()) == 1 &&
                       EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1 &&
                       EVP_PKEY_derive(context.get(), secret.data(), &size) == 1 && size == field;
  ERR_clear_error();
  if (!derived) return std::nullopt;
  return secret;
}

Bytes KeyPair::modulus() const {
  return kind_ == KeyKind::rsa2048 ? number(key_.get(), OSSL_PKEY_PARAM_RSA_N) : Bytes{};
}

Bytes KeyPair::exponent() const {
  return kind_ == KeyKind::rsa2048 ? number(key_.get(), OSSL_PKEY_PARAM_RSA_E) : Bytes{};
}

Bytes KeyPair::point() const {
  if (kind_ == KeyKind::rsa2048) return {};
  unsigned char* out = nullptr;
  const auto size = EVP_PKEY_get1_encoded_public_key(key_.get(), &out);
  if (size == 0) throw Error(ErrorKind::internal, "OpenSSL could not encode a point");
  Bytes point(out, out + size);
  OPENSSL_free(out);
  return point;
}

}  // namespace smx::vm
