#include "vm/card/device/faulty_card.h"

#include <gmock/gmock.h>

#include <future>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::string_view kAsk = "0020008000";

class FaultyCardTest : public ::testing::Test {
 protected:
  std::string ask() { return hex(faulty_.transmit(from_hex(kAsk))); }

  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  FaultyCard faulty_{card_};
};

TEST_F(FaultyCardTest, behaves_without_a_fault) {
  EXPECT_EQ(ask(), "63c3");
  EXPECT_EQ(faulty_.atr(), card_.atr());
}

TEST_F(FaultyCardTest, garbles_every_status_and_still_does_what_it_is_told) {
  faulty_.set(CardFault{FaultKind::garbled_status});
  EXPECT_EQ(hex(faulty_.transmit(from_hex("0020008008" + padded("000000")))), "0000");
  EXPECT_EQ(card_.status().pin.tries_left, 2);
  faulty_.set(std::nullopt);
  EXPECT_EQ(ask(), "63c2");
}

TEST_F(FaultyCardTest, is_taken_out_instead_of_answering) {
  for (const auto kind : {FaultKind::removal, FaultKind::reader_removal}) {
    int left = 0;
    faulty_.on_leave([&] { ++left; });
    faulty_.set(CardFault{kind});
    EXPECT_EQ(ask(), "");
    EXPECT_EQ(left, 1);
  }
}

TEST_F(FaultyCardTest, is_dead_until_somebody_lets_it_go) {
  faulty_.set(CardFault{FaultKind::dead});
  auto answer = std::async(std::launch::async, [&] { return ask(); });
  EXPECT_EQ(answer.wait_for(20ms), std::future_status::timeout);
  faulty_.set(std::nullopt);
  EXPECT_EQ(answer.get(), "") << "the command that hung was lost";
  EXPECT_EQ(ask(), "63c3");
}

TEST_F(FaultyCardTest, lets_nobody_wait_once_it_is_abandoned) {
  faulty_.set(CardFault{FaultKind::dead});
  auto answer = std::async(std::launch::async, [&] { return ask(); });
  faulty_.abandon();
  EXPECT_EQ(answer.get(), "");
  EXPECT_EQ(ask(), "");
}

TEST_F(FaultyCardTest, is_slow_and_right) {
  faulty_.set(CardFault{FaultKind::slow, 30ms});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(ask(), "63c3");
  EXPECT_GE(std::chrono::steady_clock::now() - start, 30ms);
  faulty_.set(CardFault{FaultKind::slow, 10min});
  auto answer = std::async(std::launch::async, [&] { return ask(); });
  faulty_.set(std::nullopt);
  EXPECT_EQ(answer.get(), "63c3") << "the end of the fault ends the wait";
}

TEST_F(FaultyCardTest, shows_another_atr_that_is_as_well_formed) {
  faulty_.set(CardFault{FaultKind::wrong_atr});
  const auto other = faulty_.atr();
  EXPECT_NE(other, card_.atr());
  EXPECT_EQ(other.size(), card_.atr().size());
  EXPECT_EQ(ask(), "63c3");
}

TEST_F(FaultyCardTest, has_no_room_for_anything_new) {
  faulty_.set(CardFault{FaultKind::full});
  EXPECT_EQ(hex(faulty_.transmit(from_hex("00db3fff055c035fc105"))), "6a84");
  EXPECT_EQ(hex(faulty_.transmit(from_hex("0047009a05ac03800111"))), "6a84");
  EXPECT_EQ(ask(), "63c3") << "what needs no room goes on";
  EXPECT_THAT(card_.take_trace(), HasSubstr("the card is full"));
}

TEST_F(FaultyCardTest, leaves_the_certificates_to_whoever_made_them) {
  for (const auto kind : {FaultKind::expired_certificate, FaultKind::revoked_certificate}) {
    faulty_.set(CardFault{kind});
    EXPECT_EQ(ask(), "63c3");
  }
}

}  // namespace
}  // namespace smx::vm
