#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "harness/core/openssl.h"
#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;

std::string p1_of(KeyKind kind) {
  return kind == KeyKind::rsa2048 ? "07" : kind == KeyKind::p256 ? "11" : "14";
}

class PivKeys : public ::testing::TestWithParam<KeyKind> {
 protected:
  /// 7C { 82 empty, `tag` value } to the key.
  std::string use(std::string_view reference, std::uint32_t tag, ByteView value) {
    auto contents = make_tlv(0x82, {});
    append_tlv(contents, tag, value);
    return terminal_.chained("87" + p1_of(GetParam()) + std::string(reference), make_tlv(0x7c, contents));
  }
  std::string sign(std::string_view reference) { return use(reference, 0x81, to_sign()); }
  Bytes to_sign() const {
    if (GetParam() != KeyKind::rsa2048) return Bytes(GetParam() == KeyKind::p256 ? 32 : 48, 0x77);
    Bytes block(256, 0xff);  // PKCS#1 type 1 around a SHA-256 digest of 77s
    block[0] = 0x00;
    block[1] = 0x01;
    const auto info = from_hex("003031300d060960864801650304020105000420" + std::string(64, '7'));
    std::copy(info.begin(), info.end(), block.end() - static_cast<std::ptrdiff_t>(info.size()));
    return block;
  }
  /// OpenSSL's opinion of an answer to `sign`.
  bool verifies(const std::string& answer, std::uint8_t reference) {
    const auto bytes = from_hex(answer);
    const auto dynamic = find_tlv(bytes, 0x7c);
    const auto signature = dynamic ? find_tlv(*dynamic, 0x82) : std::nullopt;
    if (!signature) return false;
    const KeyContextPtr context(EVP_PKEY_CTX_new(card_.data().keys.at(reference).get(), nullptr));
    EVP_PKEY_verify_init(context.get());
    const bool rsa = GetParam() == KeyKind::rsa2048;
    if (rsa) EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256());
    const auto digest = rsa ? Bytes(32, 0x77) : to_sign();
    return EVP_PKEY_verify(context.get(), signature->data(), signature->size(), digest.data(),
                           digest.size()) == 1;
  }
  std::string generate(std::string_view reference, std::string_view algorithm) {
    return terminal_.fetch("004700" + std::string(reference) + "05ac038001" + std::string(algorithm));
  }
  Bytes value_of(const std::string& answer) {
    const auto bytes = from_hex(answer);
    const auto value = find_tlv(find_tlv(bytes, 0x7c).value(), 0x82).value();
    return Bytes(value.begin(), value.end());
  }

  SmartCard card_{std::make_unique<MemoryCardStore>(full_card(GetParam()))};
  Terminal terminal_{card_};
};

INSTANTIATE_TEST_SUITE_P(Kinds, PivKeys, ::testing::Values(KeyKind::rsa2048, KeyKind::p256, KeyKind::p384),
                         [](const auto& key) { return std::string(name(key.param)); });

TEST_P(PivKeys, signs_with_9a_as_long_as_the_pin_is_verified) {
  EXPECT_EQ(sign("9a"), "6982");
  terminal_.verify(kPin);
  EXPECT_TRUE(verifies(sign("9a"), 0x9a));
  EXPECT_TRUE(verifies(sign("9a"), 0x9a));
  EXPECT_FALSE(verifies(sign("9a"), 0x9e)) << "another key's signature";
  terminal_.send("0020ff80");
  EXPECT_EQ(sign("9a"), "6982");
}

TEST_P(PivKeys, signs_with_9c_once_for_each_pin) {
  terminal_.verify(kPin);
  EXPECT_TRUE(verifies(sign("9c"), 0x9c));
  EXPECT_EQ(sign("9c"), "6982");
  EXPECT_EQ(terminal_.verified(), "9000") << "only 9C wants it again";
  terminal_.verify(kPin);
  terminal_.fetch("00cb3fff035c017e");
  terminal_.fetch(kSelectPiv);
  EXPECT_EQ(terminal_.verified(), "9000");
  EXPECT_TRUE(verifies(sign("9c"), 0x9c)) << "looking at the card uses up no PIN";
  terminal_.verify(kPin);
  EXPECT_TRUE(verifies(sign("9a"), 0x9a));
  EXPECT_EQ(sign("9c"), "6982") << "the PIN was for another signature";
  terminal_.verify(kPin);
  terminal_.send("002c008010" + padded("00000000") + padded("55667788"));
  EXPECT_EQ(sign("9c"), "6982") << "another command came between";
  terminal_.verify(kPin);
  terminal_.verify("11111111");
  EXPECT_EQ(sign("9c"), "6982");
}

TEST_P(PivKeys, signs_with_9e_without_a_pin) {
  EXPECT_TRUE(verifies(sign("9e"), 0x9e));
  EXPECT_EQ(card_.status().counters.signatures, 1u);
}

TEST_P(PivKeys, agrees_on_a_secret_or_deciphers_with_9d_and_retired_keys) {
  for (const auto reference : {"9d", "82", "83"}) {
    const auto key = card_.data().keys.at(from_hex(reference)[0]);
    if (GetParam() == KeyKind::rsa2048) {
      card_.reset();
      const KeyContextPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
      EVP_PKEY_encrypt_init(context.get());
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING);
      Bytes cipher(256);
      std::size_t size = cipher.size();
      const auto text = as_bytes("a session key");
      ASSERT_EQ(EVP_PKEY_encrypt(context.get(), cipher.data(), &size, text.data(), text.size()), 1);
      EXPECT_EQ(use(reference, 0x81, cipher), "6982");
      terminal_.verify(kPin);
      const auto padded_text = value_of(use(reference, 0x81, cipher));
      EXPECT_EQ(hex(padded_text).substr(0, 4), "0002");
      EXPECT_TRUE(hex(padded_text).ends_with("00" + hex(text)));
    } else {
      card_.reset();
      const auto mine = KeyPair::generate(GetParam());
      EXPECT_EQ(use(reference, 0x85, mine.point()), "6982");
      terminal_.verify(kPin);
      const auto secret = value_of(use(reference, 0x85, mine.point()));
      const KeyContextPtr context(EVP_PKEY_CTX_new(mine.get(), nullptr));
      EVP_PKEY_derive_init(context.get());
      EVP_PKEY_derive_set_peer(context.get(), key.get());
      Bytes other(secret.size());
      std::size_t size = other.size();
      EXPECT_EQ(EVP_PKEY_derive(context.get(), other.data(), &size), 1);
      EXPECT_EQ(secret, other);
      auto off_curve = mine.point();
      off_curve.back() = static_cast<std::uint8_t>(off_curve.back() ^ 1);
      EXPECT_EQ(use(reference, 0x85, off_curve), "6a80");
      EXPECT_EQ(use(reference, 0x85, ByteView(mine.point()).subspan(1)), "6a80");
      EXPECT_EQ(use(reference, 0x85, Bytes{0}), "6a80") << "the point at infinity";
      EXPECT_EQ(use(reference, 0x81, to_sign()), "6a80") << "a key management key does not sign";
    }
  }
  EXPECT_EQ(card_.status().counters.signatures, 0u);
}

TEST_P(PivKeys, agrees_on_nothing_with_keys_that_sign) {
  const auto point = GetParam() == KeyKind::rsa2048 ? Bytes(65, 4) : KeyPair::generate(GetParam()).point();
  EXPECT_EQ(use("9e", 0x85, point), "6a80");
  terminal_.verify(kPin);
  EXPECT_EQ(use("9a", 0x85, point), "6a80");
}

TEST_P(PivKeys, refuses_wrong_algorithms_references_and_templates) {
  terminal_.verify(kPin);
  EXPECT_EQ(terminal_.send("0087069a057c03820081"), "6a86");
  EXPECT_EQ(terminal_.send("0087" + p1_of(GetParam()) + "84057c03820081"), "6a86") << "no such retired key";
  EXPECT_EQ(terminal_.send("0087" + p1_of(GetParam()) + "81057c03820081"), "6a86");
  for (const auto* data :
       {"7c00", "7c028200", "7c03810107", "7c0482008100", "7c0582018181017c", "7c068200830101", "00"})
    EXPECT_EQ(terminal_.chained("87" + p1_of(GetParam()) + "9a", from_hex(data)), "6a80") << data;
  EXPECT_EQ(use("9a", 0x81, Bytes(257, 0x01)), "6a80") << "longer than any hash or block";
}

TEST_P(PivKeys, generates_a_key_for_its_administrator_and_uses_it_at_once) {
  EXPECT_EQ(generate("9e", p1_of(GetParam())), "6982");
  terminal_.authenticate_administrator();
  const auto before = card_.data().keys.at(0x9e).public_key_der();
  const auto answer = from_hex(generate("9e", p1_of(GetParam())));
  const auto key = card_.data().keys.at(0x9e);
  EXPECT_NE(key.public_key_der(), before);
  const auto contents = find_tlv(answer, 0x7f49).value();
  if (GetParam() == KeyKind::rsa2048) {
    EXPECT_EQ(hex(find_tlv(contents, 0x81).value()), hex(key.modulus()));
    EXPECT_EQ(hex(find_tlv(contents, 0x82).value()), "010001");
  } else {
    EXPECT_EQ(hex(find_tlv(contents, 0x86).value()), hex(key.point()));
  }
  EXPECT_TRUE(verifies(sign("9e"), 0x9e));
}

TEST_P(PivKeys, generates_nothing_that_the_standard_does_not_name) {
  for (const auto* reference : {"9b", "82", "95", "80", "00"})
    EXPECT_EQ(generate(reference, "11"), "6a86") << reference;
  terminal_.authenticate_administrator();
  EXPECT_EQ(terminal_.send("0047019a05ac03800111"), "6a86");
  for (const auto* algorithm : {"06", "05", "03", "2e"})
    EXPECT_EQ(generate("9a", algorithm), "6a80") << algorithm;
  for (const auto* data : {"00", "ac00", "ac0281018001", "ac0480020711", "ac03800111ac00"})
    EXPECT_EQ(terminal_.chained("47009a", from_hex(data)), "6a80") << data;
}

TEST(PivKeysMemory, keep_the_old_key_when_the_new_one_cannot_be_stored) {
  auto owned = std::make_unique<ScriptedStore>(full_card());
  auto& store = *owned;
  SmartCard card(std::move(owned));
  Terminal terminal(card);
  terminal.authenticate_administrator();
  const auto before = card.data().keys.at(0x9a).public_key_der();
  store.fail_at = 1;
  EXPECT_EQ(terminal.send("0047009a05ac03800111"), "6581");
  EXPECT_EQ(card.data().keys.at(0x9a).public_key_der(), before);
}

TEST(KeyPairTest, comes_back_from_pkcs8_with_its_kind) {
  for (const auto kind : {KeyKind::rsa2048, KeyKind::p256, KeyKind::p384}) {
    const auto key = KeyPair::generate(kind);
    const auto again = KeyPair::from_pkcs8(key.pkcs8());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->kind(), kind);
    EXPECT_EQ(again->public_key_der(), key.public_key_der());
    EXPECT_EQ(parse_key_kind(name(kind)), kind);
  }
  EXPECT_FALSE(parse_key_kind("p521"));
}

}  // namespace
}  // namespace smx::vm
