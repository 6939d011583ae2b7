#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "harness/core/openssl.h"
#include "scenarios/agent/core/fake_platform.h"
#include "scenarios/agent/windows/smartcard/card_signer.h"
#include "scenarios/agent/windows/smartcard/ecdsa_der.h"
#include "tests/issued_card.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/gids/gids_card.h"
#include "vm/lab/lab_ca.h"
#include "vm/reader/card_files.h"

// A signature by commands alone, on the project's own cards, verified by OpenSSL.

namespace smx::agent {
namespace {

constexpr const char* kPin = "24681357";
constexpr const char* kPuk = "86427531";
constexpr const char* kAdmin = "0123456789abcdef23456789abcdef01456789abcdef0123";

struct Kind {
  CardApplication application;
  vm::KeyKind key;
};

class CardSignatures : public testing::TestWithParam<Kind> {
 protected:
  CardSignatures() : card_(std::make_unique<vm::MemoryCardStore>(issued())), connection_(fake_) {
    fake_.answer = [this](const Bytes& command) { return card_.transmit(command); };
    fake_.on_reset = [this] { card_.reset(); };
  }
  vm::CardData issued() {
    vm::CreateCardOptions options;
    options.key = GetParam().key;
    options.application = GetParam().application == CardApplication::gids ? smx::CardApplication::gids
                                                                          : smx::CardApplication::piv;
    options.admin_key = Secret(kAdmin);
    return vm::issue_card(Secret(kPin), Secret(kPuk), options, authority_);
  }
  std::unique_ptr<CardSigner> signer() { return open_card_signer(connection_, GetParam().application); }

  vm::LabCa authority_;
  vm::SmartCard card_;
  FakeConnection::Card fake_;
  FakeConnection connection_;
};

bool verifies(const Bytes& certificate, const Bytes& text, const Bytes& signature) {
  const auto* at = certificate.data();
  X509* read = d2i_X509(nullptr, &at, static_cast<long>(certificate.size()));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, X509_get0_pubkey(read));
  const int good = EVP_DigestVerify(context, signature.data(), signature.size(), text.data(), text.size());
  EVP_MD_CTX_free(context);
  X509_free(read);
  return good == 1;
}

Bytes sha256(const Bytes& text) {
  Bytes digest(32);
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

TEST_P(CardSignatures, are_of_the_certificates_key) {
  const auto card = signer();
  card->start_afresh();
  const auto certificate = card->certificate();
  ASSERT_TRUE(card->verify(Pin(kPin)).ok());
  const auto text = to_bytes("what is signed");
  EXPECT_TRUE(verifies(certificate, text, card->sign(sha256(text), certificate)));
}

TEST_P(CardSignatures, need_the_pin) {
  const auto card = signer();
  card->start_afresh();
  const auto certificate = card->certificate();
  EXPECT_TRUE(card->verify(Pin("11111111")).counter());
  try {
    card->sign(sha256({}), certificate);
    FAIL() << "signed without the PIN";
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "wrong-status");
  }
}

TEST_P(CardSignatures, end_with_a_fresh_start) {
  const auto card = signer();
  card->start_afresh();
  const auto certificate = card->certificate();
  ASSERT_TRUE(card->verify(Pin(kPin)).ok());
  card->start_afresh();
  EXPECT_THROW(card->sign(sha256({}), certificate), StepFailure);
}

INSTANTIATE_TEST_SUITE_P(Cards, CardSignatures,
                         testing::Values(Kind{CardApplication::piv, vm::KeyKind::rsa2048},
                                         Kind{CardApplication::piv, vm::KeyKind::p256},
                                         Kind{CardApplication::piv, vm::KeyKind::p384},
                                         Kind{CardApplication::gids, vm::KeyKind::rsa2048}));

// A card that answers what it likes.
std::string gids_certificate_cause(std::vector<Bytes> answers) {
  FakeConnection::Card fake;
  std::size_t at = 0;
  fake.answer = [&](const Bytes&) { return at < answers.size() ? answers[at++] : Bytes{0x6a, 0x82}; };
  FakeConnection connection(fake);
  try {
    open_card_signer(connection, CardApplication::gids)->certificate();
  } catch (const StepFailure& failure) {
    return failure.cause;
  }
  return "read";
}

Bytes record_of_certificate() {
  Bytes record(28);
  const auto directory = to_bytes("mscp"), name = to_bytes("kxc00");
  std::copy(directory.begin(), directory.end(), record.begin());
  std::copy(name.begin(), name.end(), record.begin() + 9);
  record[20] = 0x24;
  record[21] = 0xdf;
  record[24] = 0x10;
  record[25] = 0xa0;
  return record;
}

Bytes object(std::uint16_t tag, const Bytes& content) {
  Bytes answer{static_cast<std::uint8_t>(tag >> 8), static_cast<std::uint8_t>(tag & 0xff),
               static_cast<std::uint8_t>(content.size())};
  answer.insert(answer.end(), content.begin(), content.end());
  answer.insert(answer.end(), {0x90, 0x00});
  return answer;
}

TEST(GidsCertificate, is_refused_in_every_form_but_the_right_one) {
  Bytes table{0x01};
  const auto record = record_of_certificate();
  table.insert(table.end(), record.begin(), record.end());
  EXPECT_EQ(gids_certificate_cause({}), "no-certificate");
  EXPECT_EQ(gids_certificate_cause({{0x90, 0x00}}), "no-certificate");
  EXPECT_EQ(gids_certificate_cause({object(0xdf1f, {})}), "no-certificate");
  EXPECT_EQ(gids_certificate_cause({object(0xdf1f, {0x01})}), "no-certificate");
  EXPECT_EQ(gids_certificate_cause({object(0xdf1f, {table.begin(), table.end() - 1})}), "no-certificate");
  EXPECT_EQ(gids_certificate_cause({object(0xdf1f, table)}), "no-certificate");
  for (const Bytes& content :
       {Bytes{}, Bytes{0x01, 0x00, 0x00, 0x00, 0x78}, Bytes{0x01, 0x00, 0xff, 0xff, 0x78},
        Bytes{0x02, 0x00, 0x04, 0x00, 0x78}, Bytes{0x01, 0x00, 0x04, 0x00, 0x78, 0x9c}})
    EXPECT_EQ(gids_certificate_cause({object(0xdf1f, table), object(0xdf24, content)}), "no-certificate");
}

TEST(CardSigner, pads_after_pkcs1) {
  const auto info = sha256_digest_info(Bytes(32, 0xaa));
  EXPECT_EQ(info.size(), 51u);
  const auto block = pkcs1_padded(info, 256);
  ASSERT_EQ(block.size(), 256u);
  EXPECT_EQ(block[0], 0x00);
  EXPECT_EQ(block[1], 0x01);
  EXPECT_EQ(block[256 - 51 - 1], 0x00);
  EXPECT_EQ(block[256 - 51 - 2], 0xff);
  EXPECT_EQ(Bytes(block.end() - 51, block.end()), info);
  EXPECT_THROW(pkcs1_padded(info, 61), std::invalid_argument);
}

TEST(EcdsaDer, makes_positive_minimal_integers) {
  Bytes raw(64);
  raw[31] = 0x01;
  raw[32] = 0x80;
  const auto der = ecdsa_der(raw);
  ASSERT_EQ(der.size(), 2 + 3 + 2 + 33u);
  EXPECT_EQ(Bytes(der.begin(), der.begin() + 5), (Bytes{0x30, 38, 0x02, 0x01, 0x01}));
  EXPECT_EQ(Bytes(der.begin() + 5, der.begin() + 9), (Bytes{0x02, 33, 0x00, 0x80}));
}

TEST(EcdsaDer, takes_long_curves_and_nothing_odd) {
  const auto der = ecdsa_der(Bytes(132, 0xff));
  EXPECT_EQ(Bytes(der.begin(), der.begin() + 3), (Bytes{0x30, 0x81, 138}));
  EXPECT_TRUE(ecdsa_der({}).empty());
  EXPECT_TRUE(ecdsa_der(Bytes(63, 1)).empty());
  EXPECT_TRUE(ecdsa_der(Bytes(134, 1)).empty());
}

}  // namespace
}  // namespace smx::agent
