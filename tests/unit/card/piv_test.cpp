#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/unit/card/card_testing.h"
#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_card.h"
#include "vm/card/piv/piv_objects.h"

namespace smx::vm {
namespace {

using namespace testing;

/// Whether `signature` over `digest` verifies with the public half of `key`.
bool verifies(const KeyPair& key, ByteView signature, ByteView digest) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key.get(), nullptr);
  const bool ok =
      EVP_PKEY_verify_init(context) == 1 &&
      EVP_PKEY_verify(context, signature.data(), signature.size(), digest.data(), digest.size()) == 1;
  EVP_PKEY_CTX_free(context);
  return ok;
}

class PivTest : public ::testing::Test {
 protected:
  std::string change(std::string_view p2, std::string_view old_value, std::string_view new_value) {
    return terminal_.send("002400" + std::string(p2) + "10" + padded(old_value) + padded(new_value));
  }
  std::string unblock(std::string_view puk, std::string_view new_pin) {
    return terminal_.send("002c008010" + padded(puk) + padded(new_pin));
  }
  std::string sign(std::string_view digest) {
    const auto body = make_tlv(
        0x7c,
        from_hex("8200 81" + hex(Bytes{static_cast<std::uint8_t>(digest.size() / 2)}) + std::string(digest)));
    return terminal_.fetch("0087119a" + hex(Bytes{static_cast<std::uint8_t>(body.size())}) + hex(body));
  }

  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  Terminal terminal_{card_};
  const std::string digest_ = std::string(64, '7');
};

TEST_F(PivTest, answers_select_by_full_and_partial_name_with_its_template) {
  const auto whole = piv::application_property_template(card_.data().management_key);
  const auto expected = hex(whole) + "9000";
  EXPECT_EQ(terminal_.fetch(kSelectPiv), expected);
  EXPECT_EQ(terminal_.fetch("00a404000ba000000308000010000100"), expected);
  EXPECT_EQ(terminal_.send("00a4040005a00000030800"), expected) << "with Le the data comes at once";
  EXPECT_EQ(hex(*find_tlv(*find_tlv(whole, 0x61), 0x4f)), "000010000100");
  EXPECT_EQ(hex(*find_tlv(*find_tlv(whole, 0x61), 0xac)), "800107800111800114800103060100")
      << "RSA 2048, P-256, P-384, and 3DES for the management key";
}

TEST_F(PivTest, refuses_select_of_others_and_stays_selected) {
  EXPECT_EQ(terminal_.send("00a4040004a0000003"), "6a82");
  EXPECT_EQ(terminal_.send("00a4040005a000000309"), "6a82");
  EXPECT_EQ(terminal_.send("00a404000ca00000030800001000010000"), "6a82");
  EXPECT_EQ(terminal_.send("00a40000023f00"), "6a86");
  EXPECT_EQ(terminal_.verified(), "63c3");
}

TEST_F(PivTest, keeps_the_security_status_when_it_is_selected_again) {
  EXPECT_EQ(terminal_.verify(kPin), "9000");
  terminal_.fetch(kSelectPiv);
  EXPECT_EQ(terminal_.verified(), "9000");
  EXPECT_EQ(terminal_.send("00a4040005a000000309"), "6a82");
  EXPECT_EQ(terminal_.verified(), "9000");
  card_.reset();
  EXPECT_EQ(terminal_.verified(), "63c3");
}

TEST_F(PivTest, gives_the_objects_it_has_and_6a82_for_others) {
  EXPECT_EQ(terminal_.fetch("00cb3fff055c035fc102").substr(0, 8), "533b3019");
  EXPECT_EQ(terminal_.fetch("00cb3fff055c035fc107").substr(0, 6), "5333f0");
  EXPECT_EQ(terminal_.fetch("00cb3fff035c017e"), "7e124f0ba0000003080000100001005f2f0240009000");
  EXPECT_EQ(terminal_.fetch("00cb3fff055c035fc105").size(), (4 + 4 + 700 + 3 + 2 + 2) * 2u);
  for (const auto* tag : {"5fc10a", "5fc101", "5fc10c", "5fc106", "5fc1ff"}) {
    EXPECT_EQ(terminal_.send("00cb3fff055c03" + std::string(tag)), "6a82") << tag;
  }
}

TEST_F(PivTest, refuses_get_data_that_asks_for_nothing) {
  EXPECT_EQ(terminal_.send("00cb3ffe055c035fc102"), "6a86");
  for (const auto* body : {"025c00", "035c0500", "045c027e00", "0653045fc10200", "065c045fc10200"}) {
    const auto answer = terminal_.send("00cb3fff" + std::string(body));
    EXPECT_TRUE(answer == "6a80" || answer == "6a82" || answer == "6700") << body << ": " << answer;
  }
  EXPECT_EQ(terminal_.send("00cb3fff00"), "6a80");
}

TEST_F(PivTest, verifies_counts_and_blocks) {
  EXPECT_EQ(terminal_.verified(), "63c3");
  EXPECT_EQ(terminal_.verify("11111111"), "63c2");
  EXPECT_EQ(terminal_.verified(), "63c2");
  EXPECT_EQ(terminal_.verify(kPin), "9000");
  EXPECT_EQ(terminal_.verified(), "9000");
  EXPECT_EQ(terminal_.verify("11111111"), "63c2") << "a wrong value also ends the status";
  EXPECT_EQ(terminal_.verified(), "63c2");
  EXPECT_EQ(terminal_.verify("11111111"), "63c1");
  EXPECT_EQ(terminal_.verify("11111111"), "63c0");
  EXPECT_EQ(terminal_.verify(kPin), "6983");
  EXPECT_EQ(terminal_.verified(), "6983");
}

TEST_F(PivTest, does_not_count_what_can_be_no_pin) {
  EXPECT_EQ(terminal_.send("0020008004" + std::string("31323334")), "6a80");
  EXPECT_EQ(terminal_.send("0020008008" + std::string("6162636465666768")), "6a80");
  EXPECT_EQ(terminal_.send("0020018008" + padded(kPin)), "6a86");
  EXPECT_EQ(terminal_.send("0020000008" + padded(kPin)), "6a88");
  EXPECT_EQ(terminal_.send("00200081"), "6a88");
  EXPECT_EQ(terminal_.verified(), "63c3");
}

TEST_F(PivTest, logs_out_on_request) {
  terminal_.verify(kPin);
  EXPECT_EQ(terminal_.send("0020ff8008" + padded(kPin)), "6a80");
  EXPECT_EQ(terminal_.verified(), "9000");
  EXPECT_EQ(terminal_.send("0020ff80"), "9000");
  EXPECT_EQ(terminal_.verified(), "63c3");
}

TEST_F(PivTest, changes_the_pin_after_the_old_one) {
  EXPECT_EQ(change("80", "11111111", "55667788"), "63c2");
  EXPECT_EQ(change("80", kPin, "55667788"), "9000");
  EXPECT_EQ(terminal_.verified(), "9000");
  EXPECT_EQ(terminal_.verify(kPin), "63c2");
  EXPECT_EQ(terminal_.verify("55667788"), "9000");
  EXPECT_FALSE(card_.status().pin.is_initial);
  EXPECT_EQ(card_.status().counters.pin_changes, 1u);
}

TEST_F(PivTest, refuses_a_new_pin_of_the_wrong_form_without_counting) {
  EXPECT_EQ(change("80", kPin, "12345"), "6a80");
  EXPECT_EQ(change("80", kPin, "abcdefgh"), "6a80");
  EXPECT_EQ(terminal_.send("002400800f" + std::string(30, '3')), "6a80");
  EXPECT_EQ(terminal_.send("0024018010" + std::string(32, '3')), "6a86");
  EXPECT_EQ(change("9b", kPin, kPin), "6a88");
  EXPECT_EQ(terminal_.verify(kPin), "9000");
}

TEST_F(PivTest, changes_the_puk_and_blocks_it) {
  EXPECT_EQ(change("81", kPuk, "87654321"), "9000");
  EXPECT_FALSE(card_.status().puk.is_initial);
  EXPECT_EQ(terminal_.verified(), "63c3") << "the PUK gives no access";
  EXPECT_EQ(unblock(kPuk, "55667788"), "63c2");
  EXPECT_EQ(unblock(kPuk, "55667788"), "63c1");
  EXPECT_EQ(unblock(kPuk, "55667788"), "63c0");
  EXPECT_EQ(unblock("87654321", "55667788"), "6983");
  EXPECT_EQ(change("81", "87654321", kPuk), "6983");
  EXPECT_EQ(card_.status().counters.pin_blocks, 0u);
}

TEST_F(PivTest, unblocks_a_blocked_pin_by_puk) {
  for (int i = 0; i < 3; ++i) terminal_.verify("11111111");
  EXPECT_EQ(terminal_.verify(kPin), "6983");
  EXPECT_EQ(change("80", kPin, "55667788"), "6983");
  EXPECT_EQ(unblock(kPuk, "1"), "6a80");
  EXPECT_EQ(unblock(kPuk, "55667788"), "9000");
  EXPECT_EQ(terminal_.verified(), "63c3") << "unblocking is no login";
  EXPECT_EQ(terminal_.verify("55667788"), "9000");
  EXPECT_EQ(card_.status().counters.pin_blocks, 1u);
}

TEST_F(PivTest, signs_with_p256_after_the_pin_only) {
  EXPECT_EQ(sign(digest_), "6982");
  terminal_.verify(kPin);
  const auto answer = from_hex(sign(digest_));
  const auto signature = find_tlv(*find_tlv(answer, 0x7c), 0x82);
  ASSERT_TRUE(signature);
  const auto key = card_.data().keys.at(kKeyAuthentication);
  EXPECT_TRUE(verifies(key, *signature, from_hex(digest_)));
  EXPECT_FALSE(verifies(key, *signature, from_hex(std::string(64, '8'))));
  EXPECT_EQ(card_.status().counters.signatures, 1u);
}

TEST_F(PivTest, refuses_to_sign_with_the_wrong_key_algorithm_or_template) {
  terminal_.verify(kPin);
  EXPECT_EQ(terminal_.send("0087079a057c03820081"), "6a86");
  EXPECT_EQ(terminal_.send("0087119c057c03820081"), "6a86") << "a key that is not there";
  EXPECT_EQ(terminal_.send("00871180057c03820081"), "6a86") << "a reference that is no key";
  for (const auto* body : {"028200", "047c028200", "067c0482008100", "067c0481020102", "057c05820081"}) {
    EXPECT_EQ(terminal_.send("0087119a" + std::string(body)), "6a80") << body;
  }
  EXPECT_EQ(sign(std::string(66, '7')), "6a80") << "33 bytes are no hash for P-256";
  EXPECT_EQ(card_.status().counters.signatures, 0u);
}

TEST_F(PivTest, answers_6d00_to_other_instructions) {
  for (const auto* ins : {"ca", "da", "46", "84", "00", "ff"}) {
    EXPECT_EQ(terminal_.send("00" + std::string(ins) + "0000"), "6d00") << ins;
  }
}

TEST(PivRsa, signs_blocks_below_the_modulus_only) {
  auto data = new_piv_card(quick_issue(KeyKind::rsa2048));
  const auto key = data.keys.at(kKeyAuthentication);
  SmartCard card(std::make_unique<MemoryCardStore>(std::move(data)));
  Terminal terminal(card);
  terminal.verify(kPin);
  const auto sign = [&](const std::string& block) {
    const auto body = hex(make_tlv(0x7c, from_hex("8200 81820100" + block)));
    EXPECT_EQ(terminal.send("1087079aff" + body.substr(0, 510)), "9000");
    return terminal.fetch("0087079a" + hex(Bytes{static_cast<std::uint8_t>(body.size() / 2 - 255)}) +
                          body.substr(510));
  };
  // PKCS#1 padding of a SHA-256 digest, as a host sends it.
  const std::string digest(64, '7');
  const auto block =
      "0001" + std::string(404, 'f') + "00" + "3031300d060960864801650304020105000420" + digest;
  const auto answer = from_hex(sign(block));
  const auto signature = find_tlv(*find_tlv(answer, 0x7c), 0x82);
  ASSERT_TRUE(signature);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key.get(), nullptr);
  ASSERT_EQ(EVP_PKEY_verify_init(context), 1);
  EVP_PKEY_CTX_set_signature_md(context, EVP_sha256());
  const auto bytes = from_hex(digest);
  EXPECT_EQ(EVP_PKEY_verify(context, signature->data(), signature->size(), bytes.data(), bytes.size()), 1);
  EVP_PKEY_CTX_free(context);
  EXPECT_EQ(sign(std::string(512, 'f')), "6a80");
}

}  // namespace
}  // namespace smx::vm
