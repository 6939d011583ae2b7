#include "vm/reader/pcsc_list.h"

#include <gmock/gmock.h>

#include <optional>

#include "tests/integration/card/pcscd_sandbox.h"
#include "vm/card/smart_card.h"
#include "vm/reader/card_files.h"

// What pcscd knows, by a private one.

namespace smx::vm {
namespace {

using testing::HasSubstr;

class PcscListTest : public testing::Test {
 protected:
  void SetUp() override {
    static const std::string reason = PcscdSandbox::enter();
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
};

TEST_F(PcscListTest, without_a_service_says_how_to_have_one) {
  const auto list = list_pcsc_readers();
  EXPECT_THAT(list.trouble, HasSubstr("pcscd does not run"));
  EXPECT_TRUE(list.readers.empty());
}

TEST_F(PcscListTest, has_readers_empty_and_with_a_card) {
  const PcscdSandbox pcscd;
  auto list = list_pcsc_readers();
  EXPECT_EQ(list.trouble, "");
  ASSERT_FALSE(list.readers.empty());
  EXPECT_FALSE(list.readers[0].card);
  EXPECT_EQ(list.readers[0].atr_hex, "");
  const LabCa ca;
  SmartCard card(
      std::make_unique<MemoryCardStore>(issue_card(Secret("24681357"), Secret("86427531"), {}, ca)));
  const CardInHostReader inserted(card);
  list = list_pcsc_readers();
  ASSERT_FALSE(list.readers.empty());
  EXPECT_TRUE(list.readers[0].card);
  EXPECT_EQ(list.readers[0].atr_hex, hex(card.atr()));
  EXPECT_FALSE(list.readers[0].mute);
}

}  // namespace
}  // namespace smx::vm
