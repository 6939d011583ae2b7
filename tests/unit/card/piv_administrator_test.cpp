#include "vm/card/piv/piv_administrator.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;

struct Algorithm {
  const char* key;
  const char* p1;
};

class PivAdministrator : public ::testing::TestWithParam<Algorithm> {
 protected:
  std::string authenticate(ByteView contents) { return terminal_.chained(header_, make_tlv(0x7c, contents)); }
  Bytes value_in(const std::string& answer, std::uint32_t tag) {
    const auto bytes = from_hex(answer);
    const auto value = find_tlv(find_tlv(bytes, 0x7c).value(), tag).value();
    return Bytes(value.begin(), value.end());
  }
  Bytes challenge() { return value_in(authenticate(from_hex("8100")), 0x81); }
  /// The witness as it comes: encrypted. Only the holder of the key can decrypt it.
  Bytes witness() { return value_in(authenticate(from_hex("8000")), 0x80); }
  Bytes decrypt(const Bytes& block);
  bool is_administrator() { return terminal_.put(0x5fc106, Bytes{1}) == "9000"; }

  SmartCard card_{std::make_unique<MemoryCardStore>(full_card(KeyKind::p256, GetParam().key))};
  Terminal terminal_{card_};
  const ManagementKey key_ = card_.data().management_key.value();
  const std::string header_ = "87" + std::string(GetParam().p1) + "9b";
};

Bytes PivAdministrator::decrypt(const Bytes& block) {
  const auto* cipher = key_.algorithm == ManagementAlgorithm::triple_des ? EVP_des_ede3_ecb()
                       : key_.algorithm == ManagementAlgorithm::aes128   ? EVP_aes_128_ecb()
                       : key_.algorithm == ManagementAlgorithm::aes192   ? EVP_aes_192_ecb()
                                                                         : EVP_aes_256_ecb();
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  Bytes plain(block.size() + 16);
  int size = 0;
  EVP_DecryptInit_ex(context, cipher, nullptr, as_bytes(key_.key.reveal()).data(), nullptr);
  EVP_CIPHER_CTX_set_padding(context, 0);
  EVP_DecryptUpdate(context, plain.data(), &size, block.data(), static_cast<int>(block.size()));
  EVP_CIPHER_CTX_free(context);
  plain.resize(static_cast<std::size_t>(size));
  return plain;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, PivAdministrator,
    ::testing::Values(Algorithm{"3des:000102030405060708090a0b0c0d0e0f1011121314151617", "03"},
                      Algorithm{"3des:000102030405060708090a0b0c0d0e0f1011121314151617", "00"},
                      Algorithm{"000102030405060708090a0b0c0d0e0f", "08"},
                      Algorithm{"aes192:000102030405060708090a0b0c0d0e0f1011121314151617", "0a"},
                      Algorithm{"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "0c"}),
    [](const auto& a) { return "algorithm_" + std::string(a.param.p1); });

TEST_P(PivAdministrator, proves_the_key_by_external_authentication) {
  EXPECT_FALSE(is_administrator());
  const auto response = encrypt_block(key_, challenge());
  EXPECT_EQ(authenticate(make_tlv(0x82, response)), "9000");
  EXPECT_TRUE(is_administrator());
  EXPECT_EQ(authenticate(make_tlv(0x82, response)), "6982") << "a challenge is answered once";
  EXPECT_FALSE(is_administrator());
}

TEST_P(PivAdministrator, proves_the_key_by_mutual_authentication_and_so_does_the_card) {
  const auto nonce = random_bytes(block_size(key_.algorithm));
  auto proof = make_tlv(0x80, decrypt(witness()));
  append_tlv(proof, 0x81, nonce);
  const auto answer = authenticate(proof);
  EXPECT_EQ(value_in(answer, 0x82), encrypt_block(key_, nonce));
  EXPECT_TRUE(is_administrator());
  card_.reset();
  EXPECT_FALSE(is_administrator());
}

TEST_P(PivAdministrator, believes_no_wrong_proof_and_encrypts_nothing_for_it) {
  const Bytes wrong(block_size(key_.algorithm), 0x42);
  challenge();
  EXPECT_EQ(authenticate(make_tlv(0x82, wrong)), "6982");
  witness();
  auto proof = make_tlv(0x80, wrong);
  append_tlv(proof, 0x81, wrong);
  EXPECT_EQ(authenticate(proof), "6982");
  EXPECT_EQ(authenticate(proof), "6982") << "nothing was asked before";
  const auto asked = challenge();
  proof = make_tlv(0x80, encrypt_block(key_, asked));
  append_tlv(proof, 0x81, wrong);
  EXPECT_EQ(authenticate(proof), "6982") << "the answer to a challenge is no witness";
  auto internal = make_tlv(0x81, asked);
  append_tlv(internal, 0x82, {});
  EXPECT_EQ(authenticate(internal), "6a80") << "the card does not answer its own challenge";
  EXPECT_FALSE(is_administrator());
}

TEST_P(PivAdministrator, gives_a_new_challenge_and_witness_each_time) {
  EXPECT_EQ(challenge().size(), block_size(key_.algorithm));
  EXPECT_NE(challenge(), challenge());
  EXPECT_NE(witness(), witness());
}

TEST_P(PivAdministrator, refuses_other_algorithms_and_templates) {
  EXPECT_EQ(terminal_.send("0087079b047c028100"), "6a86");
  const auto other = key_.algorithm == ManagementAlgorithm::aes128 ? "03" : "08";
  EXPECT_EQ(terminal_.send("0087" + std::string(other) + "9b047c028100"), "6a86");
  for (const auto* contents : {"", "8500", "80008100", "8200", "810081", "81008100", "80018281"})
    EXPECT_EQ(authenticate(from_hex(contents)), "6a80") << contents;
  EXPECT_EQ(terminal_.chained(header_, from_hex("0102")), "6a80");
  auto proof = make_tlv(0x80, decrypt(witness()));
  append_tlv(proof, 0x81, Bytes{1});
  EXPECT_EQ(authenticate(proof), "6a80") << "one byte is no challenge";
  EXPECT_FALSE(is_administrator());
}

TEST(PivAdministratorKey, is_not_there_on_a_card_without_one) {
  auto data = full_card();
  data.management_key.reset();
  SmartCard card(std::make_unique<MemoryCardStore>(std::move(data)));
  EXPECT_EQ(Terminal(card).send("0087039b047c028100"), "6a86");
}

TEST(ManagementKeyTest, encrypts_as_the_standards_examples_do) {
  const auto plain = from_hex("00112233445566778899aabbccddeeff");  // FIPS 197, appendix C
  const auto encrypt = [&](const char* key) {
    return hex(encrypt_block(parse_management_key(key).value(), plain));
  };
  EXPECT_EQ(encrypt("000102030405060708090a0b0c0d0e0f"), "69c4e0d86a7b0430d8cdb78070b4c55a");
  EXPECT_EQ(encrypt("aes192:000102030405060708090a0b0c0d0e0f1011121314151617"),
            "dda97ca4864cdfe06eaf70a0ec0d7191");
  EXPECT_EQ(encrypt("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
            "8ea2b7ca516745bfeafc49904b496089");
  // SP 800-67, appendix B.1: "The qufck"
  const auto des = parse_management_key("0123456789abcdef23456789abcdef01456789abcdef0123").value();
  EXPECT_EQ(des.algorithm, ManagementAlgorithm::triple_des);
  EXPECT_EQ(hex(encrypt_block(des, as_bytes("The qufc"))), "a826fd8ce53b855f");
}

TEST(ManagementKeyTest, reads_nothing_else) {
  for (const auto* text :
       {"", "00", "xyz", "des:00", "aes128:0011", "aes256:000102030405060708090a0b0c0d0e0f", "3des:", ":"})
    EXPECT_FALSE(parse_management_key(text)) << text;
}

}  // namespace
}  // namespace smx::vm
