#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"
#include "vm/card/piv/piv_names.h"
#include "vm/card/piv/piv_objects.h"

namespace smx::vm {
namespace {

using namespace testing;

class PivDataTest : public ::testing::Test {
 protected:
  std::string get(std::string_view tag) {
    return terminal_.fetch("00cb3fff" + hex(Bytes{static_cast<std::uint8_t>(2 + tag.size() / 2)}) + "5c" +
                           hex(Bytes{static_cast<std::uint8_t>(tag.size() / 2)}) + std::string(tag));
  }

  SmartCard card_{std::make_unique<MemoryCardStore>(full_card())};
  Terminal terminal_{card_};
};

TEST_F(PivDataTest, takes_every_object_of_the_standard_from_its_administrator_only) {
  const Bytes contents{1, 2, 3};
  std::vector<std::uint32_t> tags{0x5fc122};
  for (std::uint32_t tag = 0x5fc101; tag <= 0x5fc121; ++tag)
    if (tag != 0x5fc104) tags.push_back(tag);  // a tag that was never given out
  for (const auto tag : tags) EXPECT_EQ(terminal_.put(tag, contents), "6982") << tag;
  ASSERT_EQ(terminal_.authenticate_administrator(), "9000");
  terminal_.verify(kPin);
  for (const auto tag : tags) {
    ASSERT_EQ(terminal_.put(tag, contents), "9000") << std::hex << tag;
    EXPECT_EQ(get(hex(Bytes{0x5f, 0xc1, static_cast<std::uint8_t>(tag & 0xff)})), "53030102039000");
  }
}

TEST_F(PivDataTest, stores_an_object_as_large_as_a_facial_image) {
  terminal_.authenticate_administrator();
  terminal_.verify(kPin);
  const Bytes image(12710, 0xab);
  ASSERT_EQ(terminal_.put(piv::kFacialImage, image), "9000");
  EXPECT_EQ(get("5fc108"), "538231a6" + hex(image) + "9000");
}

TEST_F(PivDataTest, forgets_an_object_that_is_emptied) {
  terminal_.authenticate_administrator();
  ASSERT_EQ(get("5fc102").substr(0, 2), "53");
  EXPECT_EQ(terminal_.put(0x5fc102, {}), "9000");
  EXPECT_EQ(get("5fc102"), "6a82");
}

TEST_F(PivDataTest, gives_what_is_private_with_the_pin_only) {
  terminal_.authenticate_administrator();
  ASSERT_EQ(terminal_.put(piv::kPrintedInformation, Bytes{7}), "9000");
  for (const auto* tag : {"5fc103", "5fc108", "5fc109", "5fc121", "5fc123"})
    EXPECT_EQ(get(tag), "6982") << tag;
  terminal_.verify(kPin);
  EXPECT_EQ(get("5fc109"), "5301079000");
  EXPECT_EQ(get("5fc103"), "6a82") << "not there";
  terminal_.send("0020ff80");
  EXPECT_EQ(get("5fc109"), "6982");
}

TEST_F(PivDataTest, refuses_what_is_no_object_of_piv_or_no_data_field) {
  terminal_.authenticate_administrator();
  for (const std::uint32_t tag : {0x5fc104u, 0x5fc124u, 0x5fff00u, 0x53u})
    EXPECT_EQ(terminal_.put(tag, Bytes{1}), "6a81");
  EXPECT_EQ(terminal_.send("00db3ffe085c035fc102530101"), "6a86");
  for (const auto* data :
       {"5c035fc102", "5c035fc102540101", "530101", "5c005301015c", "5c035fc10253010153", "5c035fc102530201"})
    EXPECT_EQ(terminal_.chained("db3fff", from_hex(data)), "6a80") << data;
  EXPECT_EQ(terminal_.send("00db3fff"), "6a80");
  EXPECT_EQ(get("5fc102").substr(0, 4), "533b") << "nothing was changed";
}

TEST_F(PivDataTest, takes_no_discovery_object_but_the_one_that_is_true) {
  terminal_.authenticate_administrator();
  const auto truth = make_tlv(0x7e, piv::discovery_object());
  EXPECT_EQ(terminal_.chained("db3fff", truth), "9000");
  auto global_pin = truth;
  global_pin[global_pin.size() - 2] = 0x60;  // "has a global PIN too"
  EXPECT_EQ(terminal_.chained("db3fff", global_pin), "6a80");
  EXPECT_EQ(get("7e"), hex(truth) + "9000");
}

TEST_F(PivDataTest, is_full_at_last_and_still_replaces) {
  terminal_.authenticate_administrator();
  const Bytes large(12000, 0x11);
  std::uint32_t tag = 0x5fc10d;
  std::string answer;
  for (; tag <= 0x5fc120 && (answer = terminal_.put(tag, large)) == "9000"; ++tag) continue;
  EXPECT_EQ(answer, "6a84");
  EXPECT_EQ(tag, 0x5fc10du + 5) << "64 KiB hold five of them";
  EXPECT_EQ(terminal_.put(tag - 1, Bytes(12000, 0x22)), "9000");
  EXPECT_EQ(get("5fc111").substr(0, 12), "53822ee02222");
}

TEST(PivDataMemory, keeps_the_old_object_when_the_new_one_cannot_be_stored) {
  auto owned = std::make_unique<ScriptedStore>(full_card());
  auto& store = *owned;
  SmartCard card(std::move(owned));
  Terminal terminal(card);
  terminal.authenticate_administrator();
  const auto before = card.data().objects;
  store.fail_at = 1;
  EXPECT_EQ(terminal.put(0x5fc102, Bytes{1}), "6581");
  EXPECT_EQ(card.data().objects, before);
}

}  // namespace
}  // namespace smx::vm
