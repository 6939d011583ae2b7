#pragma once

#include <optional>

#include "vm/card/memory/key_pair.h"

// The GIDS application's cryptography: RSA with the card's or the client's padding, Triple-DES for the
// administrator, and keys as they travel in commands.

namespace smx::vm::gids {

/// Mechanism identifiers: the low half is the algorithm, the high half the padding.
inline constexpr std::uint8_t kTripleDes = 0x02, kRsa2048 = 0x07;

/// PERFORM SECURITY OPERATION, sign: mechanism 17 takes a padded block of 256 bytes, 57 a DigestInfo (or
/// hash) of at most 245 bytes, which the card pads after PKCS#1 v1.5. Nothing for anything else.
std::optional<Bytes> sign(const KeyPair& key, std::uint8_t mechanism, ByteView input);
/// Decipher: mechanism 07 gives the raw block, 47 removes PKCS#1 v1.5, 87 OAEP (SHA-1). Nothing when the
/// padding is wrong.
std::optional<Bytes> decipher(const KeyPair& key, std::uint8_t mechanism, ByteView cryptogram);

/// Triple-DES with three keys in CBC mode, initial vector zero, whole blocks only. Throws Error(internal).
Bytes encrypt(ByteView admin_key, ByteView blocks);
Bytes decrypt(ByteView admin_key, ByteView blocks);

/// An RSA 2048 key from the SEQUENCE of RFC 8017, A.1.2, whose numbers may lack the zero that would keep them
/// positive, as OpenSC writes them. Nothing when it is not one, or its parts do not belong together.
std::optional<KeyPair> import_rsa(ByteView sequence);
/// 7F49 { 81 modulus, 82 public exponent } (ISO/IEC 7816-8, table 3). `key` is an RSA key.
Bytes public_key_template(const KeyPair& key);

}  // namespace smx::vm::gids
