#include "vm/safety/pin_history.h"

#include <gmock/gmock.h>

namespace smx::vm {
namespace {

using Kind = LedgerRecord::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PinHistory after(const std::vector<LedgerRecord>& records) {
  PinHistory history;
  for (const auto& record : records) history.apply(record);
  return history;
}

TEST(PinHistory, begins_with_the_original_and_nothing_to_make_up_for) {
  const PinHistory history;
  EXPECT_TRUE(history.clean());
  EXPECT_EQ(history.known(), kOriginalPin);
  EXPECT_EQ(history.next_candidate(3), kOriginalPin);
}

TEST(PinHistory, does_not_know_the_pin_while_a_change_is_open) {
  const auto history = after({{Kind::change, 1, 3}});
  EXPECT_EQ(history.known(), std::nullopt);
  EXPECT_THAT(history.possible(), ElementsAre(0u, 1u));
  EXPECT_EQ(history.next_candidate(3), 1u) << "a card that was told to usually did it";
  EXPECT_FALSE(history.clean());
}

TEST(PinHistory, knows_it_once_the_change_has_ended) {
  EXPECT_EQ(after({{Kind::change, 1, 3}, {Kind::changed, 1}}).known(), 1u);
  EXPECT_EQ(after({{Kind::change, 1, 3}, {Kind::unchanged, 1}}).known(), kOriginalPin);
}

TEST(PinHistory, keeps_what_was_possible_before_a_second_open_change) {
  const auto history = after({{Kind::change, 1, 3}, {Kind::changed, 1}, {Kind::change, 0, 3}});
  EXPECT_THAT(history.possible(), ElementsAre(1u, 0u));
}

TEST(PinHistory, does_not_offer_again_what_failed) {
  const auto history = after({{Kind::change, 1, 3}, {Kind::attempt, 1, 3}, {Kind::wrong, 1}});
  EXPECT_EQ(history.next_candidate(2), kOriginalPin);
  EXPECT_EQ(history.known(), kOriginalPin);
}

TEST(PinHistory, takes_a_counter_that_fell_for_a_failure_that_nobody_saw) {
  const auto history = after({{Kind::change, 1, 3}, {Kind::attempt, 1, 3}});
  EXPECT_EQ(history.next_candidate(2), kOriginalPin);
  EXPECT_EQ(history.next_candidate(3), 1u) << "the counter stands where it was: it did not fail";
}

TEST(PinHistory, offers_nothing_when_everything_may_have_failed) {
  const auto both = after({{Kind::change, 1, 3}, {Kind::attempt, 1, 3}, {Kind::attempt, 0, 2}});
  EXPECT_EQ(both.next_candidate(1), std::nullopt);
  EXPECT_EQ(after({{Kind::attempt, 0, 3}}).next_candidate(2), std::nullopt);
}

TEST(PinHistory, offers_what_is_left_over_even_when_it_may_have_failed) {
  const auto history =
      after({{Kind::change, 1, 4}, {Kind::attempt, 1, 4}, {Kind::attempt, 0, 3}, {Kind::wrong, 0}});
  EXPECT_EQ(history.next_candidate(2), 1u);
}

TEST(PinHistory, prefers_what_did_not_fail_before_the_open_change) {
  const std::vector<LedgerRecord> records{{Kind::change, 1, 3},
                                          {Kind::changed, 1},
                                          {Kind::attempt, 0, 3},
                                          {Kind::wrong, 0},
                                          {Kind::change, 0, 2}};
  EXPECT_EQ(after(records).next_candidate(2), 1u);
  auto more = records;
  more.push_back({Kind::attempt, 1, 3});
  EXPECT_EQ(after(more).next_candidate(2), kOriginalPin) << "the other one fell: the change was done";
}

TEST(PinHistory, is_lost_when_nothing_it_knows_is_right) {
  const auto history = after({{Kind::attempt, 0, 3}, {Kind::wrong, 0}});
  EXPECT_TRUE(history.lost());
  EXPECT_EQ(history.next_candidate(2), std::nullopt);
  EXPECT_FALSE(history.clean());
}

TEST(PinHistory, begins_anew_when_a_person_says_so_and_keeps_the_numbers) {
  auto history = after({{Kind::pin, 1, 0, "00112233"}, {Kind::attempt, 0, 3}, {Kind::wrong, 0}});
  history.apply({.kind = Kind::anew});
  EXPECT_EQ(history.next_candidate(2), kOriginalPin);
  EXPECT_EQ(history.next_number(), 2u);
  EXPECT_EQ(history.salt(1), parse_hex("00112233"));
  EXPECT_EQ(history.salt(2), std::nullopt);
}

}  // namespace
}  // namespace smx::vm
