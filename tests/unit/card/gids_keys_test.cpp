#include "vm/card/gids/gids_keys.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "harness/core/openssl.h"
#include "tests/unit/card/gids_testing.h"
#include "vm/card/gids/gids_files.h"
#include "vm/card/iso7816/tlv.h"

// MANAGE SECURITY ENVIRONMENT, PERFORM SECURITY OPERATION, GENERATE ASYMMETRIC KEY PAIR, PUT KEY and public
// keys, with OpenSSL as the other side.

namespace smx::vm {
namespace {

using namespace testing;

/// What a DigestInfo of SHA-256 looks like.
const Bytes kDigestInfo = from_hex("3031300d060960864801650304020105000420" + std::string(64, 'c'));

class GidsKeys : public GidsTest {
 protected:
  const KeyPair& key() const { return store_->saved.keys.at(0x81); }
  void log_in() { terminal_.verify_text(kPin); }

  /// What the public key makes of a signature.
  Bytes recovered(const std::string& answer, int padding) const {
    const auto signature = from_hex(answer.substr(0, answer.size() - 4));
    const KeyContextPtr context(EVP_PKEY_CTX_new(key().get(), nullptr));
    Bytes out(256);
    std::size_t size = out.size();
    EXPECT_EQ(EVP_PKEY_verify_recover_init(context.get()), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), padding), 1);
    EXPECT_EQ(EVP_PKEY_verify_recover(context.get(), out.data(), &size, signature.data(), signature.size()),
              1);
    out.resize(size);
    return out;
  }
  Bytes encrypted(ByteView plain, int padding) const {
    const KeyContextPtr context(EVP_PKEY_CTX_new(key().get(), nullptr));
    Bytes out(256);
    std::size_t size = out.size();
    EXPECT_EQ(EVP_PKEY_encrypt_init(context.get()), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), padding), 1);
    EXPECT_EQ(EVP_PKEY_encrypt(context.get(), out.data(), &size, plain.data(), plain.size()), 1);
    return out;
  }
  /// PUT KEY's value for an RSA key: its RSAPrivateKey, as OpenSSL writes it.
  static Bytes rsa_private_key(const KeyPair& key) {
    const auto pkcs8 = key.pkcs8();
    const auto info = find_tlv(pkcs8, 0x30).value();
    const auto octets = find_tlv(info, 0x04).value();
    return Bytes(octets.begin(), octets.end());
  }
  static Bytes put_key(std::uint8_t reference, ByteView value, std::string_view before = "830102840100") {
    auto content = from_hex(before);
    append_tlv(content, 0x87, value);
    Bytes request;
    append_tlv(request, 0x84, Bytes{reference});
    append_tlv(request, 0xa5, content);
    return make_tlv(0x70, request);
  }
  std::string put(ByteView data) { return terminal_.with_data("00db3fff", data); }
  void create_key_file(std::uint8_t reference) {
    EXPECT_EQ(terminal_.with_data("00e00000", gids::rsa_key_fcp(reference)), "9000");
    EXPECT_EQ(terminal_.send("00440000"), "9000");
  }
};

TEST_F(GidsKeys, sign_with_the_cards_padding_and_with_the_clients) {
  log_in();
  EXPECT_EQ(terminal_.send("002241b606800157840181"), "9000");
  EXPECT_EQ(recovered(terminal_.with_data("002a9e9a", kDigestInfo), RSA_PKCS1_PADDING), kDigestInfo);
  EXPECT_EQ(terminal_.send("002241b606800117840181"), "9000");
  Bytes block(256, 0x01);
  block[0] = 0;
  EXPECT_EQ(recovered(terminal_.with_data("002a9e9a", block), RSA_NO_PADDING), block);
  EXPECT_EQ(card_.status().counters.signatures, 2u);
  EXPECT_EQ(terminal_.with_data("002a9e9a", Bytes(255, 1)), "6a80") << "no whole block";
  EXPECT_EQ(terminal_.with_data("002a9e9a", Bytes(256, 0xff)), "6a80") << "larger than the modulus";
  terminal_.send("002241b606800157840181");
  EXPECT_EQ(terminal_.with_data("002a9e9a", Bytes(246, 1)), "6a80") << "no room for the padding";
  EXPECT_EQ(terminal_.send("002a9e9a"), "6a80");
}

TEST_F(GidsKeys, decipher_with_every_padding) {
  log_in();
  const Bytes secret = from_hex("00112233");
  EXPECT_EQ(terminal_.send("002241b806800147840181"), "9000");
  EXPECT_EQ(terminal_.with_data("002a8086", encrypted(secret, RSA_PKCS1_PADDING)), "001122339000");
  EXPECT_EQ(terminal_.with_data("002a8086", Bytes(255, 1)), "6a80");
  EXPECT_EQ(terminal_.send("002241b806800187840181"), "9000");
  EXPECT_EQ(terminal_.with_data("002a8086", encrypted(secret, RSA_PKCS1_OAEP_PADDING)), "001122339000");
  EXPECT_EQ(terminal_.with_data("002a8086", encrypted(secret, RSA_PKCS1_PADDING)), "6a80") << "other padding";
  EXPECT_EQ(terminal_.send("002241b806800107840181"), "9000");
  Bytes block(256, 0x01);
  EXPECT_EQ(terminal_.with_data("002a8086", encrypted(block, RSA_NO_PADDING)), hex(block) + "9000");
}

TEST_F(GidsKeys, are_used_after_the_pin_and_not_any_more_after_logging_out) {
  EXPECT_EQ(terminal_.send("002241b606800157840181"), "6982");
  EXPECT_EQ(terminal_.with_data("002a9e9a", kDigestInfo), "6985") << "no environment";
  log_in();
  terminal_.send("002241b606800157840181");
  terminal_.log_out();
  EXPECT_EQ(terminal_.with_data("002a9e9a", kDigestInfo), "6982");
  log_in();
  card_.reset();
  EXPECT_EQ(terminal_.with_data("002a9e9a", kDigestInfo), "6985");
  EXPECT_EQ(card_.status().counters.signatures, 0u);
}

TEST_F(GidsKeys, are_used_only_as_they_were_chosen) {
  log_in();
  terminal_.send("002241b606800157840181");
  EXPECT_EQ(terminal_.with_data("002a8086", Bytes(256, 1)), "6985") << "chosen to sign";
  EXPECT_EQ(terminal_.with_data("002a8087", Bytes(256, 1)), "6a86");
  EXPECT_EQ(terminal_.fetch("00870000047c028100"), "6985");
}

TEST_F(GidsKeys, are_chosen_by_reference_and_mechanism) {
  log_in();
  EXPECT_EQ(terminal_.send("002241b606800157840182"), "6a88") << "no such key";
  EXPECT_EQ(terminal_.send("002241b606800157840101"), "6a88");
  EXPECT_EQ(terminal_.send("002241b606800147840181"), "6a80") << "no mechanism to sign with";
  EXPECT_EQ(terminal_.send("002241b603840181"), "6a80");
  EXPECT_EQ(terminal_.send("002241b603800157"), "6a80");
  EXPECT_EQ(terminal_.send("002241a403830180"), "6a86");
  EXPECT_EQ(terminal_.send("0022f300"), "6a86");
  EXPECT_EQ(terminal_.send("0022c1a403830180"), "9000");
  EXPECT_EQ(terminal_.send("0022c1a403830181"), "6a80") << "an RSA key does not authenticate";
}

TEST_F(GidsKeys, show_their_public_half_to_anybody) {
  const auto answer = terminal_.fetch("00cb3fff0a7008840181a5037f4980");
  EXPECT_EQ(answer, hex(gids::public_key_template(key())) + "9000");
  EXPECT_EQ(answer.substr(0, 18), "7f4982010981820100");
  EXPECT_EQ(terminal_.fetch("00cb3fff0a7008840182a5037f4980"), "6a88");
  EXPECT_EQ(terminal_.fetch("00cb3fff0a7008840180a5037f4980"), "6982") << "the administrator's has none";
  EXPECT_EQ(terminal_.fetch("00cb3fff057003840181"), "6a80");
}

TEST_F(GidsKeys, are_generated_into_their_file) {
  EXPECT_EQ(terminal_.fetch("0047000008ac06800107830182"), "6a88");
  log_in();
  create_key_file(0x82);
  EXPECT_EQ(terminal_.fetch("00cb3fff0a7008840182a5037f4980"), "6a88") << "no key in it yet";
  terminal_.send("002241b606800157840182");
  EXPECT_EQ(terminal_.with_data("002a9e9a", kDigestInfo), "6a88");
  const auto answer = terminal_.fetch("0047000008ac06800107830182");
  EXPECT_EQ(answer, hex(gids::public_key_template(store_->saved.keys.at(0x82))) + "9000");
  EXPECT_EQ(terminal_.fetch("0047000008ac06800106830182"), "6a80") << "RSA 1024";
  EXPECT_EQ(terminal_.fetch("0047000005ac03830182"), "6a80");
  EXPECT_EQ(terminal_.fetch("0047010008ac06800107830182"), "6a86");
  terminal_.log_out();
  EXPECT_EQ(terminal_.fetch("0047000008ac06800107830182"), "6982");
}

TEST_F(GidsKeys, that_are_imported_are_checked) {
  static const auto other = KeyPair::generate(KeyKind::rsa2048);
  const auto value = rsa_private_key(other);
  EXPECT_EQ(put(put_key(0x81, value)), "6982");
  log_in();
  EXPECT_EQ(put(put_key(0x81, value)), "9000");
  EXPECT_EQ(key().public_key_der(), other.public_key_der());
  EXPECT_EQ(put(put_key(0x82, value)), "6a88");
  EXPECT_EQ(put(put_key(0x81, value, "")), "6a80") << "it does not say that it is RSA";
  EXPECT_EQ(put(put_key(0x81, value, "830103")), "6a80");
  EXPECT_EQ(put(put_key(0x81, value, "830102840101")), "6a80") << "encrypted";
  auto broken = value;
  broken[broken.size() - 1] = static_cast<std::uint8_t>(broken.back() ^ 1);
  EXPECT_EQ(put(put_key(0x81, broken)), "6a80") << "its parts do not belong together";
  EXPECT_EQ(put(put_key(0x81, ByteView(value).first(value.size() - 1))), "6a80");
  EXPECT_EQ(put(from_hex("7003840181")), "6a80");
  EXPECT_EQ(put(from_hex("71038401 81")), "6a80");
  EXPECT_EQ(put(put_key(0x81, KeyPair::generate(KeyKind::p256).pkcs8())), "6a80");
  EXPECT_EQ(key().public_key_der(), other.public_key_der());
}

TEST(GidsImport, takes_numbers_without_the_zero_that_keeps_them_positive) {
  static const auto key = KeyPair::generate(KeyKind::rsa2048);
  const auto pkcs8 = key.pkcs8();
  const auto info = find_tlv(pkcs8, 0x30).value();
  const auto sequence = find_tlv(find_tlv(info, 0x04).value(), 0x30).value();
  Bytes bare;
  TlvReader reader(sequence);
  while (const auto number = reader.next()) {
    auto value = number->value;
    if (value.size() > 1 && value[0] == 0) value = value.subspan(1);
    append_tlv(bare, 0x02, value);
  }
  const auto imported = gids::import_rsa(make_tlv(0x30, bare));
  ASSERT_TRUE(imported);
  EXPECT_EQ(imported->public_key_der(), key.public_key_der());
  EXPECT_FALSE(gids::import_rsa(make_tlv(0x30, {})));
  EXPECT_FALSE(gids::import_rsa({}));
}

TEST_F(GidsKeys, of_the_administrator_are_replaced_by_himself) {
  const Bytes fresh(24, 0x42);
  const auto request = [&](ByteView key) {
    Bytes content;
    append_tlv(content, 0x87, key);
    append(content, from_hex("8803b073dc"));
    Bytes whole;
    append_tlv(whole, 0x84, Bytes{0x80});
    append_tlv(whole, 0xa5, content);
    return make_tlv(0x70, whole);
  };
  EXPECT_EQ(put(request(fresh)), "6982");
  log_in();
  EXPECT_EQ(put(request(fresh)), "6982") << "the PIN is not enough";
  terminal_.authenticate_admin();
  EXPECT_EQ(put(request(Bytes(16, 0x42))), "6a80");
  EXPECT_EQ(put(request(fresh)), "9000");
  EXPECT_EQ(terminal_.authenticate_admin(), "6982");
  EXPECT_EQ(terminal_.authenticate_admin(fresh), "9000");
}

TEST(GidsTripleDes, is_triple_des_in_cbc_mode) {
  // NIST SP 800-67's keys and text, in ECB; the first block of CBC with a zero vector is the same.
  const auto key = from_hex("0123456789abcdef23456789abcdef01456789abcdef0123");
  const auto cipher = gids::encrypt(key, from_hex("5468652071756663"));
  EXPECT_EQ(hex(cipher), "a826fd8ce53b855f");
  EXPECT_EQ(hex(gids::decrypt(key, cipher)), "5468652071756663");
  const auto two = gids::encrypt(key, Bytes(16));
  EXPECT_NE(Bytes(two.begin(), two.begin() + 8), Bytes(two.begin() + 8, two.end())) << "chained";
  EXPECT_THROW(gids::encrypt(key, Bytes(7)), Error);
}

}  // namespace
}  // namespace smx::vm
