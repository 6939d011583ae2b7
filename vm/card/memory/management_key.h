#pragma once

#include <optional>
#include <string_view>

#include "harness/core/bytes.h"
#include "harness/core/secret.h"

namespace smx::vm {

/// What a card management key (9B) is used with: algorithm identifiers of SP 800-78-4, table 6-2.
enum class ManagementAlgorithm : std::uint8_t {
  triple_des = 0x03,
  aes128 = 0x08,
  aes192 = 0x0a,
  aes256 = 0x0c
};

/// "3des", "aes128", "aes192", "aes256": as in card files.
std::string_view name(ManagementAlgorithm algorithm);
std::optional<ManagementAlgorithm> parse_management_algorithm(std::string_view text);
std::size_t key_size(ManagementAlgorithm algorithm);    ///< 16, 24 or 32 bytes
std::size_t block_size(ManagementAlgorithm algorithm);  ///< 8 or 16 bytes

/// The symmetric key by which an administrator proves to be one.
struct ManagementKey {
  ManagementAlgorithm algorithm = ManagementAlgorithm::triple_des;
  Secret key;  ///< `key_size` bytes
};

/// A random one for 3DES, the algorithm that SP 800-78-4 also calls 00 and OpenSC takes its random numbers
/// by.
ManagementKey new_management_key();
/// "3des:HEX", "aes256:HEX", or HEX alone: 16 bytes are AES-128, 24 are 3DES, 32 are AES-256. Nothing for
/// anything else.
std::optional<ManagementKey> parse_management_key(std::string_view text);

/// One block, of `block_size` bytes, encrypted (ECB). Throws Error(internal).
Bytes encrypt_block(const ManagementKey& key, ByteView block);

}  // namespace smx::vm
