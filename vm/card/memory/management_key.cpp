#include "vm/card/memory/management_key.h"

#include <openssl/evp.h>

#include <array>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

struct Cipher {
  ManagementAlgorithm algorithm;
  std::string_view name;
  std::size_t key, block;
  const EVP_CIPHER* (*evp)();
};
constexpr std::array<Cipher, 4> kCiphers{{{ManagementAlgorithm::triple_des, "3des", 24, 8, EVP_des_ede3_ecb},
                                          {ManagementAlgorithm::aes128, "aes128", 16, 16, EVP_aes_128_ecb},
                                          {ManagementAlgorithm::aes192, "aes192", 24, 16, EVP_aes_192_ecb},
                                          {ManagementAlgorithm::aes256, "aes256", 32, 16, EVP_aes_256_ecb}}};

const Cipher& cipher(ManagementAlgorithm algorithm) {
  for (const auto& c : kCiphers)
    if (c.algorithm == algorithm) return c;
  throw Error(ErrorKind::internal, "no such algorithm for a management key");
}

}  // namespace

std::string_view name(ManagementAlgorithm algorithm) {
  return cipher(algorithm).name;
}

std::optional<ManagementAlgorithm> parse_management_algorithm(std::string_view text) {
  for (const auto& c : kCiphers)
    if (c.name == text) return c.algorithm;
  return std::nullopt;
}

std::size_t key_size(ManagementAlgorithm algorithm) {
  return cipher(algorithm).key;
}

std::size_t block_size(ManagementAlgorithm algorithm) {
  return cipher(algorithm).block;
}

ManagementKey new_management_key() {
  auto bytes = random_bytes(key_size(ManagementAlgorithm::triple_des));
  ManagementKey key{ManagementAlgorithm::triple_des, Secret(std::string(as_text(bytes)))};
  wipe(bytes);
  return key;
}

std::optional<ManagementKey> parse_management_key(std::string_view text) {
  const auto colon = text.find(':');
  const bool named = colon != std::string_view::npos;
  auto bytes = parse_hex(named ? text.substr(colon + 1) : text);
  if (!bytes) return std::nullopt;
  std::optional<ManagementKey> key;
  for (const auto& c : kCiphers) {  // the first of the two with 24 bytes is 3DES
    if (!key && bytes->size() == c.key && (!named || text.substr(0, colon) == c.name))
      key = ManagementKey{c.algorithm, Secret(std::string(as_text(*bytes)))};
  }
  wipe(*bytes);
  return key;
}

Bytes encrypt_block(const ManagementKey& key, ByteView block) {
  const auto& c = cipher(key.algorithm);
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  Bytes out(c.block);
  int size = 0;
  const bool done =
      context != nullptr && key.key.reveal().size() == c.key && block.size() == c.block &&
      EVP_EncryptInit_ex(context, c.evp(), nullptr, as_bytes(key.key.reveal()).data(), nullptr) == 1 &&
      EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
      EVP_EncryptUpdate(context, out.data(), &size, block.data(), static_cast<int>(block.size())) == 1;
  EVP_CIPHER_CTX_free(context);
  if (!done || static_cast<std::size_t>(size) != c.block)
    throw Error(ErrorKind::internal, "OpenSSL could not encrypt with a management key");
  return out;
}

}  // namespace smx::vm
