#include "vm/card/key_pair.h"

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
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
      EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
      OBJ_sn2nid(group) == NID_X9_62_prime256v1) {
    return KeyKind::p256;
  }
  return std::nullopt;
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
  return kind == KeyKind::rsa2048 ? "rsa2048" : "p256";
}

std::optional<KeyKind> parse_key_kind(std::string_view text) {
  if (text == "rsa2048") return KeyKind::rsa2048;
  if (text == "p256") return KeyKind::p256;
  return std::nullopt;
}

KeyPair KeyPair::generate(KeyKind kind) {
  auto key = own(kind == KeyKind::rsa2048 ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
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
  if (kind_ != KeyKind::p256 || hash.empty() || hash.size() > 32) return std::nullopt;
  return sign(key_.get(), hash, [](EVP_PKEY_CTX*) { return true; });
}

}  // namespace smx::vm
