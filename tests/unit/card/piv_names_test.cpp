#include "vm/card/piv/piv_names.h"

#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;

std::string described(std::string_view text) {
  const auto bytes = from_hex(text);
  return piv::describe(parse_command(bytes).value());
}

TEST(PivNames, say_what_a_command_does_without_a_card) {
  EXPECT_EQ(described("00a4040005a000000308"), "SELECT a000000308");
  EXPECT_EQ(described("00c0000000"), "GET RESPONSE");
  EXPECT_EQ(described("0020008000"), "VERIFY PIN (status)");
  EXPECT_EQ(described("0020ff80"), "VERIFY PIN (log out)");
  EXPECT_EQ(described("0024008110" + std::string(32, '3')), "CHANGE REFERENCE DATA PUK");
  EXPECT_EQ(described("002c008010" + std::string(32, '3')), "RESET RETRY COUNTER PIN");
  EXPECT_EQ(described("00cb3fff055c035fc109"), "GET DATA printed information");
  EXPECT_EQ(described("00cb3fff055c035fc120"), "GET DATA retired certificate 95");
  EXPECT_EQ(described("00cb3fff055c035fff01"), "GET DATA 5FFF01");
  EXPECT_EQ(described("00db3fff085c035fc10a530101"), "PUT DATA 9C certificate");
  EXPECT_EQ(described("00db3fff037e0101"), "PUT DATA discovery object");
  EXPECT_EQ(described("0047009c05ac03800111"), "GENERATE ASYMMETRIC KEY PAIR 9C P-256");
  EXPECT_EQ(described("00f80000"), "INS F8");
}

TEST(PivNames, say_what_a_key_is_asked_for) {
  EXPECT_EQ(described("0087119d077c0582008501aa"), "GENERAL AUTHENTICATE 9D key agreement P-256");
  EXPECT_EQ(described("0087079d077c0582008101aa"), "GENERAL AUTHENTICATE 9D key transport RSA 2048");
  EXPECT_EQ(described("0087149c077c0582008101aa"), "GENERAL AUTHENTICATE 9C signature P-384");
  EXPECT_EQ(described("0087039b047c028100"), "GENERAL AUTHENTICATE 9B challenge 3DES");
  EXPECT_EQ(described("00870c9b057c038201aa"), "GENERAL AUTHENTICATE 9B external authentication AES-256");
  EXPECT_EQ(described("0087089b047c028000"), "GENERAL AUTHENTICATE 9B witness AES-128");
  EXPECT_EQ(described("00870a9b087c068001aa8101bb"), "GENERAL AUTHENTICATE 9B mutual authentication AES-192");
  EXPECT_EQ(described("0087119a03ffffff"), "GENERAL AUTHENTICATE 9A (no template) P-256");
  EXPECT_EQ(described("1087079a037c8200"), "GENERAL AUTHENTICATE 9A RSA 2048")
      << "a part says only its header";
}

/// Whatever header comes with it, the digits of a PIN are nowhere in the words.
TEST(PivNames, never_show_a_secret) {
  const auto pin = padded(kPin);
  for (unsigned ins = 0; ins < 256; ++ins) {
    for (const auto* cla : {"00", "10"}) {
      for (const auto* p2 : {"80", "81", "9a", "9b", "00", "ff"}) {
        const auto words =
            described(std::string(cla) + hex(Bytes{static_cast<std::uint8_t>(ins)}) + "00" + p2 + "08" + pin);
        ASSERT_EQ(words.find(kPin), std::string::npos) << words;
        ASSERT_EQ(words.find(pin.substr(0, 6)), std::string::npos) << words;
      }
    }
  }
}

}  // namespace
}  // namespace smx::vm
