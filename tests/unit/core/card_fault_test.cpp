#include "harness/core/card_fault.h"

#include <gtest/gtest.h>

namespace smx {
namespace {

using namespace std::chrono_literals;

TEST(CardFault, has_a_word_for_each_kind) {
  EXPECT_EQ(card_fault_names().size(), 11u);
  for (const auto& name : card_fault_names()) EXPECT_TRUE(parse_card_fault(name)) << name;
  EXPECT_EQ(parse_card_fault("dead")->kind, FaultKind::dead);
  EXPECT_EQ(parse_card_fault("revoked-certificate")->kind, FaultKind::revoked_certificate);
}

TEST(CardFault, is_slow_for_as_long_as_it_is_told) {
  EXPECT_EQ(parse_card_fault("slow"), (CardFault{FaultKind::slow, 2000ms}));
  EXPECT_EQ(parse_card_fault("slow:1"), (CardFault{FaultKind::slow, 1ms}));
  EXPECT_EQ(parse_card_fault("slow:600000"), (CardFault{FaultKind::slow, 600000ms}));
}

TEST(CardFault, is_nothing_else) {
  for (const auto* text : {"", "none", "Dead", "dead:5", "slow:", "slow:0", "slow:-1", "slow:600001",
                           "slow:5s", "slow:99999999999999999999", "removal "})
    EXPECT_FALSE(parse_card_fault(text)) << text;
}

}  // namespace
}  // namespace smx
