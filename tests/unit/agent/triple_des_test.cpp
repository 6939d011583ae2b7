#include "scenarios/agent/core/triple_des.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "vm/card/gids/gids_keys.h"

namespace smx::agent {
namespace {

std::string encrypted(std::string_view key, std::string_view block) {
  return hex(triple_des_encrypt(unhex(key).value(), unhex(block).value()));
}

/// The same key three times is plain DES.
std::string single(std::string_view key, std::string_view block) {
  const std::string once(key);
  return encrypted(once + once + once, block);
}

TEST(TripleDes, agrees_with_the_published_vectors_of_des) {
  // NIST SP 800-17, appendix A (variable plaintext, initial permutation) and B (variable key), NBS SP 500-20
  // (substitution tables), and the example that DES is usually shown with.
  struct Vector {
    const char *key, *block, *cipher;
  };
  for (const auto& v : {
           Vector{"0101010101010101", "8000000000000000", "95f8a5e5dd31d900"},
           {"0101010101010101", "0000000000000001", "166b40b44aba4bd6"},
           {"8001010101010101", "0000000000000000", "95a8d72813daa94d"},
           {"0101010101010102", "0000000000000000", "869efd7f9f265a09"},
           {"7ca110454a1a6e57", "01a1d6d039776742", "690f5b0d9a26939b"},
           {"0131d9619dc1376e", "5cd54ca83def57da", "7a389d10354bd271"},
           {"07a1133e4a0b2686", "0248d43806f67172", "868ebb51cab4599a"},
           {"133457799bbcdff1", "0123456789abcdef", "85e813540f0ab405"},
       })
    EXPECT_EQ(single(v.key, v.block), v.cipher) << v.key;
}

TEST(TripleDes, agrees_with_the_published_vectors_of_triple_des) {
  // NIST SP 800-67, appendix B.
  const auto key = "0123456789abcdef23456789abcdef01456789abcdef0123";
  EXPECT_EQ(encrypted(key, "5468652071756663"), "a826fd8ce53b855f");
  EXPECT_EQ(encrypted(key, "6b2062726f776e20"), "cce21c8112256fe6");
  EXPECT_EQ(encrypted(key, "666f78206a756d70"), "68d5c05dd9b6b900");
}

TEST(TripleDes, does_not_look_at_parity_bits) {
  EXPECT_EQ(single("0000000000000000", "8000000000000000"), "95f8a5e5dd31d900");
}

TEST(TripleDes, is_what_the_card_does) {
  for (int i = 0; i < 200; ++i) {
    const auto key = random_bytes(24), block = random_bytes(8);
    EXPECT_EQ(triple_des_encrypt(key, block), vm::gids::encrypt(key, block)) << hex(key) << " " << hex(block);
  }
}

TEST(TripleDes, takes_no_other_sizes) {
  EXPECT_THROW(triple_des_encrypt(Bytes(16), Bytes(8)), std::invalid_argument);
  EXPECT_THROW(triple_des_encrypt(Bytes(24), Bytes(7)), std::invalid_argument);
}

}  // namespace
}  // namespace smx::agent
