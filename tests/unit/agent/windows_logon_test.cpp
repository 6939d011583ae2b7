#include <gtest/gtest.h>

#include "scenarios/agent/windows/logon/kerb_certificate_logon.h"
#include "scenarios/agent/windows/logon/logon_errors.h"

// What Windows' logon is given and answers, without a Windows: the layouts are Microsoft's.

namespace smx::agent {
namespace {

CardLogon sample() {
  CardLogon logon;
  logon.domain = u"LAB";
  logon.user = u"alice";
  logon.pin = u"123456";
  logon.card = u"PIV";
  logon.reader = u"Reader 0";
  logon.container = u"le-1";
  logon.provider = u"CSP";
  return logon;
}

std::uint64_t number(const Bytes& block, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= static_cast<std::uint64_t>(block.at(at + i)) << 8 * i;
  return value;
}

std::u16string characters(const Bytes& block, std::size_t at, std::size_t bytes) {
  std::u16string text;
  for (std::size_t i = 0; i < bytes; i += 2) text.push_back(static_cast<char16_t>(number(block, at + i, 2)));
  return text;
}

/// The text that the UNICODE_STRING at `at` points to.
std::u16string string_at(const Bytes& block, std::size_t at, std::size_t pointer) {
  const auto length = number(block, at, 2);
  EXPECT_EQ(number(block, at + 2, 2), length);
  const auto place = number(block, at + pointer, pointer);
  EXPECT_EQ(place % 2, 0u);
  return characters(block, place, length);
}

std::u16string csp_string(const Bytes& info, std::size_t offset_at) {
  std::u16string text;
  for (auto at = 40 + 2 * number(info, offset_at, 4); number(info, at, 2) != 0; at += 2)
    text.push_back(static_cast<char16_t>(number(info, at, 2)));
  return text;
}

struct Width {
  std::size_t pointer, domain, user, pin, flags, csp_length, csp, logon_id;
};

class CardLogonLayout : public testing::TestWithParam<Width> {};

TEST_P(CardLogonLayout, has_every_field_where_windows_looks_for_it) {
  const auto& at = GetParam();
  const auto block = kerb_certificate_logon(sample(), at.pointer);
  EXPECT_EQ(number(block, 0, 4), 13u);  // KerbCertificateLogon
  EXPECT_EQ(string_at(block, at.domain, at.pointer), u"LAB");
  EXPECT_EQ(string_at(block, at.user, at.pointer), u"alice");
  EXPECT_EQ(string_at(block, at.pin, at.pointer), u"123456");
  EXPECT_EQ(number(block, at.flags, 4), 0u);
  const auto place = number(block, at.csp, at.pointer), length = number(block, at.csp_length, 4);
  EXPECT_EQ(place % at.pointer, 0u);
  EXPECT_EQ(place + length, block.size());
}

TEST_P(CardLogonLayout, names_card_reader_container_and_provider) {
  const auto& at = GetParam();
  const auto block = kerb_certificate_logon(sample(), at.pointer);
  const auto place = static_cast<std::ptrdiff_t>(number(block, at.csp, at.pointer));
  const Bytes info(block.begin() + place, block.end());
  EXPECT_EQ(number(info, 0, 4), info.size());
  EXPECT_EQ(number(info, 4, 4), 1u);
  EXPECT_EQ(number(info, 20, 4), 1u);  // AT_KEYEXCHANGE
  EXPECT_EQ(csp_string(info, 24), u"PIV");
  EXPECT_EQ(csp_string(info, 28), u"Reader 0");
  EXPECT_EQ(csp_string(info, 32), u"le-1");
  EXPECT_EQ(csp_string(info, 36), u"CSP");
}

TEST_P(CardLogonLayout, adds_the_session_that_is_to_be_unlocked) {
  auto logon = sample();
  logon.unlock = 0x1'0002'0003;
  const auto block = kerb_certificate_logon(logon, GetParam().pointer);
  EXPECT_EQ(number(block, 0, 4), 15u);  // KerbCertificateUnlockLogon
  EXPECT_EQ(number(block, GetParam().logon_id, 8), 0x1'0002'0003u);
  EXPECT_EQ(string_at(block, GetParam().pin, GetParam().pointer), u"123456");
}

TEST_P(CardLogonLayout, takes_empty_hints) {
  auto logon = sample();
  logon.domain.clear();
  logon.user.clear();
  logon.card.clear();
  const auto block = kerb_certificate_logon(logon, GetParam().pointer);
  EXPECT_EQ(string_at(block, GetParam().user, GetParam().pointer), u"");
  EXPECT_EQ(string_at(block, GetParam().pin, GetParam().pointer), u"123456");
}

INSTANTIATE_TEST_SUITE_P(Widths, CardLogonLayout,
                         testing::Values(Width{8, 8, 24, 40, 56, 60, 64, 72},
                                         Width{4, 4, 12, 20, 28, 32, 36, 40}));

TEST(CardLogonLayout, knows_two_widths_of_pointers_only) {
  EXPECT_THROW(kerb_certificate_logon(sample(), 2), std::invalid_argument);
}

TEST(LogonErrors, have_a_word_each) {
  EXPECT_STREQ(logon_cause(0xc0000380, 0), "wrong-pin");
  EXPECT_STREQ(logon_cause(0xc0000381, 0), "pin-blocked");
  EXPECT_STREQ(logon_cause(0xc0000383, 0), "no-card");
  EXPECT_STREQ(logon_cause(0xc000005e, 0), "no-kdc");
  EXPECT_STREQ(logon_cause(0xc0000389, 0), "certificate-revoked");
  EXPECT_STREQ(logon_cause(0xdeadbeef, 0), "logon-refused");
}

TEST(LogonErrors, take_the_substatus_where_it_says_more) {
  EXPECT_STREQ(logon_cause(0xc000006d, 0xc0000380), "wrong-pin");
  EXPECT_STREQ(logon_cause(0xc0000380, 0xdeadbeef), "wrong-pin");
}

TEST(LogonErrors, tell_a_refused_user_from_a_refused_card) {
  EXPECT_TRUE(refuses_this_user(0xc000006d, 0));
  EXPECT_TRUE(refuses_this_user(0xc0000064, 0));
  EXPECT_FALSE(refuses_this_user(0xc0000380, 0));
  EXPECT_FALSE(refuses_this_user(0xc000006d, 0xc0000383));
  EXPECT_FALSE(refuses_this_user(0xc000005e, 0));
}

TEST(LogonErrors, take_no_trouble_for_a_refusal) {
  for (const std::uint32_t status : {0xdeadbeefu, 0xc000005eu, 0xc0000320u, 0xc00000feu, 0xc0000383u}) {
    EXPECT_FALSE(refuses_this_user(status, 0)) << status;
    EXPECT_FALSE(refuses_for_pin(status, 0)) << status;
  }
  EXPECT_TRUE(refuses_for_pin(0xc0000380, 0));
  EXPECT_TRUE(refuses_for_pin(0xc000006d, 0xc0000382));
  EXPECT_FALSE(refuses_for_pin(0xc000006d, 0xc0000381));
}

}  // namespace
}  // namespace smx::agent
