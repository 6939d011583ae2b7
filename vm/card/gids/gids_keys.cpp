#include "vm/card/gids/gids_keys.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/openssl.h"
#include "vm/card/iso7816/tlv.h"

namespace smx::vm::gids {
namespace {

constexpr std::size_t kModulusSize = 256;
constexpr std::uint8_t kPaddedByClient = 0x10, kPaddedByCard = 0x50;

using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, OpensslDeleter<EVP_CIPHER_CTX_free>>;

/// 00 01 FF... 00 input (RFC 8017, 9.2); nothing when it does not fit.
std::optional<Bytes> padded_for_signature(ByteView input) {
  if (input.empty() || input.size() > kModulusSize - 11) return std::nullopt;
  Bytes block(kModulusSize, 0xff);
  block[0] = 0x00;
  block[1] = 0x01;
  block[kModulusSize - input.size() - 1] = 0x00;
  std::ranges::copy(input, block.end() - static_cast<std::ptrdiff_t>(input.size()));
  return block;
}

std::optional<int> openssl_padding(std::uint8_t mechanism) {
  switch (mechanism) {
    case kRsa2048: return RSA_NO_PADDING;
    case 0x40 | kRsa2048: return RSA_PKCS1_PADDING;
    case 0x80 | kRsa2048: return RSA_PKCS1_OAEP_PADDING;
    default: return std::nullopt;
  }
}

Bytes triple_des(ByteView key, ByteView blocks, bool encrypts) {
  Bytes out(blocks.size());
  int size = 0;
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  const std::uint8_t zero[8] = {};
  if (!context || key.size() != 24 || blocks.size() % 8 != 0 ||
      EVP_CipherInit_ex(context.get(), EVP_des_ede3_cbc(), nullptr, key.data(), zero, encrypts ? 1 : 0) !=
          1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), out.data(), &size, blocks.data(), static_cast<int>(blocks.size())) !=
          1 ||
      static_cast<std::size_t>(size) != out.size()) {
    throw Error(ErrorKind::internal, "OpenSSL could not do Triple-DES");
  }
  return out;
}

Bytes number_of(const KeyPair& key, const char* part) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key.get(), part, &number) != 1)
    throw Error(ErrorKind::internal, "an RSA key has no public part");
  const NumberPtr owned(number);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  return bytes;
}

void append_number(Bytes& to, ByteView number) {
  while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
  Bytes positive;
  if (number.empty() || (number[0] & 0x80) != 0) positive.push_back(0);
  append(positive, number);
  append_tlv(to, 0x02, positive);
  wipe(positive);
}

/// A PKCS#8 PrivateKeyInfo around the nine numbers of an RSAPrivateKey.
std::optional<Bytes> as_pkcs8(ByteView sequence) {
  TlvReader outer(sequence);
  const auto key = outer.next();
  if (!key || key->tag != 0x30 || outer.next() || outer.broken()) return std::nullopt;
  TlvReader reader(key->value);
  Bytes numbers;
  int count = 0;
  for (; const auto number = reader.next(); ++count) {
    if (number->tag != 0x02 || number->value.size() > kModulusSize + 1) return std::nullopt;
    append_number(numbers, number->value);
  }
  if (reader.broken() || count != 9) return std::nullopt;
  static const Bytes kRsaEncryption = parse_hex("300d06092a864886f70d0101010500").value();
  auto private_key = make_tlv(0x30, numbers);
  Bytes info;
  append_tlv(info, 0x02, Bytes{0});
  append(info, kRsaEncryption);
  append_tlv(info, 0x04, private_key);
  auto whole = make_tlv(0x30, info);
  for (auto* secret : {&numbers, &private_key, &info}) wipe(*secret);
  return whole;
}

/// Whether p, q, d and the rest fit the modulus: a key that does not would give wrong signatures for ever.
bool is_consistent(const KeyPair& key) {
  const KeyContextPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
  const bool good = context && EVP_PKEY_pairwise_check(context.get()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace

std::optional<Bytes> sign(const KeyPair& key, std::uint8_t mechanism, ByteView input) {
  if (mechanism == (kPaddedByClient | kRsa2048)) return key.rsa_private(input);
  if (mechanism != (kPaddedByCard | kRsa2048)) return std::nullopt;
  const auto block = padded_for_signature(input);
  return block ? key.rsa_private(*block) : std::nullopt;
}

std::optional<Bytes> decipher(const KeyPair& key, std::uint8_t mechanism, ByteView cryptogram) {
  const auto padding = openssl_padding(mechanism);
  if (!padding || key.kind() != KeyKind::rsa2048 || cryptogram.size() != kModulusSize) return std::nullopt;
  const KeyContextPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
  Bytes plain(kModulusSize);
  std::size_t size = plain.size();
  const bool done =
      context && EVP_PKEY_decrypt_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(context.get(), *padding) == 1 &&
      EVP_PKEY_decrypt(context.get(), plain.data(), &size, cryptogram.data(), cryptogram.size()) == 1;
  ERR_clear_error();
  if (!done) return std::nullopt;
  plain.resize(size);
  return plain;
}

Bytes encrypt(ByteView admin_key, ByteView blocks) {
  return triple_des(admin_key, blocks, true);
}

Bytes decrypt(ByteView admin_key, ByteView blocks) {
  return triple_des(admin_key, blocks, false);
}

std::optional<KeyPair> import_rsa(ByteView sequence) {
  auto der = as_pkcs8(sequence);
  if (!der) return std::nullopt;
  auto key = KeyPair::from_pkcs8(*der);
  wipe(*der);
  if (!key || key->kind() != KeyKind::rsa2048 || !is_consistent(*key)) return std::nullopt;
  return key;
}

Bytes public_key_template(const KeyPair& key) {
  Bytes content;
  append_tlv(content, 0x81, number_of(key, OSSL_PKEY_PARAM_RSA_N));
  append_tlv(content, 0x82, number_of(key, OSSL_PKEY_PARAM_RSA_E));
  return make_tlv(0x7f49, content);
}

}  // namespace smx::vm::gids
