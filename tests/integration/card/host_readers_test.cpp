#include "vm/pcsc/host_readers.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "tests/integration/card/pcscd_sandbox.h"
#include "tests/issued_card.h"
#include "vm/card/device/smart_card.h"
#include "vm/reader/card_files.h"

// What pcscd knows, by a private one.

namespace smx::vm {
namespace {

using testing::HasSubstr;

class HostReadersTest : public testing::Test {
 protected:
  void SetUp() override {
    static const std::string reason = PcscdSandbox::enter();
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
};

TEST_F(HostReadersTest, without_a_service_says_how_to_have_one) {
  try {
    host_readers();
    FAIL() << "pcscd does not answer";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("it does not run"));
    EXPECT_THAT(e.what(), HasSubstr("install Debian's package pcscd"));
  }
}

TEST_F(HostReadersTest, has_readers_empty_and_with_a_card) {
  const PcscdSandbox pcscd;
  auto readers = host_readers();
  ASSERT_FALSE(readers.empty());
  EXPECT_FALSE(readers[0].card);
  EXPECT_TRUE(readers[0].atr.empty());
  const LabCa ca;
  SmartCard card(
      std::make_unique<MemoryCardStore>(issue_card(Secret("24681357"), Secret("86427531"), {}, ca)));
  const CardInHostReader inserted(card);
  readers = host_readers();
  ASSERT_FALSE(readers.empty());
  EXPECT_TRUE(readers[0].card);
  EXPECT_EQ(hex(readers[0].atr), hex(card.atr()));
  EXPECT_FALSE(readers[0].mute);
}

}  // namespace
}  // namespace smx::vm
