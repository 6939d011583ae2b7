#include "vm/card/memory/card_memory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using testing::kPin;
using testing::kPuk;
using testing::ScriptedStore;

class CardMemoryTest : public ::testing::Test {
 protected:
  CardMemoryTest() {
    auto store = std::make_unique<ScriptedStore>(testing::quick_card());
    store_ = store.get();
    memory_ = std::make_unique<CardMemory>(std::move(store));
  }
  std::string check(Reference which, std::string_view value) {
    return fmt::format("{:04x}", memory_->check(which, pad_reference(value), verified_));
  }
  std::string pin(std::string_view value) { return check(Reference::pin, value); }

  ScriptedStore* store_ = nullptr;
  std::unique_ptr<CardMemory> memory_;
  bool verified_ = false;
};

TEST_F(CardMemoryTest, counts_wrong_tries_down_until_the_pin_is_blocked) {
  EXPECT_EQ(pin("111111"), "63c2");
  EXPECT_EQ(store_->saved.pin.tries_left, 2);
  EXPECT_EQ(memory_->tries_left(Reference::pin), sw::tries_left(2));
  EXPECT_EQ(pin("111111"), "63c1");
  EXPECT_EQ(pin("111111"), "63c0");
  EXPECT_EQ(store_->saved.pin.tries_left, 0);
  EXPECT_EQ(pin(kPin), "6983");
  EXPECT_FALSE(verified_);
  EXPECT_EQ(memory_->tries_left(Reference::pin), sw::kBlocked);
  EXPECT_EQ(memory_->counters().pin_blocks, 1u);
}

TEST_F(CardMemoryTest, gives_all_tries_back_after_the_right_value) {
  EXPECT_EQ(pin("111111"), "63c2");
  EXPECT_EQ(pin(kPin), "9000");
  EXPECT_TRUE(verified_);
  EXPECT_EQ(store_->saved.pin.tries_left, 3);
}

TEST_F(CardMemoryTest, stores_the_counted_try_before_it_compares) {
  store_->fail_at = 1;
  verified_ = true;
  EXPECT_THROW(pin(kPin), Error) << "the right value was compared although the try was not stored";
  EXPECT_THROW(pin("111111"), Error) << "a right and a wrong value must look the same";
  EXPECT_FALSE(verified_) << "whatever happened";
  store_->fail_at = 0;
  EXPECT_EQ(memory_->data().pin.tries_left, 3);
}

TEST_F(CardMemoryTest, leaves_the_counted_try_in_the_store_when_power_goes_after_it) {
  store_->fail_at = 2;  // the first save counts the try, the second would give the tries back
  EXPECT_THROW(pin(kPin), Error);
  EXPECT_EQ(store_->saved.pin.tries_left, 2);
}

TEST_F(CardMemoryTest, keeps_pin_and_puk_apart) {
  verified_ = true;
  EXPECT_EQ(check(Reference::puk, "1"), "63c2");
  EXPECT_TRUE(verified_) << "that is the PIN's";
  EXPECT_EQ(memory_->data().pin.tries_left, 3);
  EXPECT_EQ(memory_->data().puk.tries_left, 2);
  EXPECT_EQ(check(Reference::puk, kPuk), "9000");
}

TEST_F(CardMemoryTest, knows_whether_the_pin_is_the_issued_one) {
  memory_->set(Reference::pin, pad_reference("55555555"));
  EXPECT_FALSE(store_->saved.pin.is_initial);
  EXPECT_EQ(pin("55555555"), "9000");
  memory_->set(Reference::pin, pad_reference(kPin));
  EXPECT_TRUE(store_->saved.pin.is_initial);
  EXPECT_EQ(memory_->counters().pin_changes, 2u);
}

TEST_F(CardMemoryTest, keeps_the_old_pin_when_the_new_one_cannot_be_stored) {
  store_->fail_at = 1;
  EXPECT_THROW(memory_->set(Reference::pin, pad_reference("55555555")), Error);
  store_->fail_at = 0;
  EXPECT_EQ(pin(kPin), "9000");
  EXPECT_EQ(memory_->counters().pin_changes, 0u);
}

TEST_F(CardMemoryTest, never_holds_the_digits) {
  for (const auto& part : {memory_->data().pin.current.hash, memory_->data().puk.current.hash}) {
    EXPECT_EQ(as_text(part).find(kPin), std::string_view::npos);
    EXPECT_EQ(as_text(part).find(kPuk), std::string_view::npos);
  }
}

TEST(ReferenceData, salts_equal_pins_differently) {
  const auto one = make_verifier(pad_reference(kPin), 1), other = make_verifier(pad_reference(kPin), 1);
  EXPECT_NE(one.hash, other.hash);
  EXPECT_TRUE(matches(one, pad_reference(kPin)));
  EXPECT_FALSE(matches(one, pad_reference("24681358")));
}

TEST(ReferenceData, takes_only_six_to_eight_digits_with_padding_as_a_pin) {
  EXPECT_TRUE(is_padded_pin(pad_reference("123456")));
  EXPECT_TRUE(is_padded_pin(pad_reference("12345678")));
  EXPECT_FALSE(is_padded_pin(pad_reference("12345")));
  EXPECT_FALSE(is_padded_pin(pad_reference("12345a")));
  EXPECT_FALSE(is_padded_pin(testing::from_hex("313233343536ff37")));
  EXPECT_FALSE(is_padded_pin(testing::from_hex("31323334353637")));
  EXPECT_THROW(pad_reference("123456789"), Error);
  EXPECT_THROW(pad_reference(""), Error);
}

TEST(CardMemory, changes_its_data_as_one_step_or_not_at_all) {
  auto owned = std::make_unique<testing::ScriptedStore>(testing::quick_card());
  auto& store = *owned;
  CardMemory memory(std::move(owned));
  const auto change = [](CardData& data) {
    data.objects[kObjectCcc] = {1};
    data.objects[kObjectChuid] = {2};
  };
  memory.update(change);
  EXPECT_EQ(store.saved.objects.at(kObjectCcc), Bytes{1});
  EXPECT_EQ(memory.data().objects.at(kObjectChuid), Bytes{2});
  store.fail_at = store.saves + 1;
  EXPECT_THROW(memory.update([](CardData& data) { data.objects.clear(); }), Error);
  EXPECT_EQ(memory.data().objects.at(kObjectChuid), Bytes{2});
  EXPECT_EQ(store.saved.objects.at(kObjectChuid), Bytes{2});
}

}  // namespace
}  // namespace smx::vm
