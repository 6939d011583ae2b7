#include <gtest/gtest.h>

#include "scenarios/agent/core/pcsc.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/minidriver.h"
#include "scenarios/agent/windows/smartcard/provider_key.h"
#include "scenarios/agent/windows/win32/wine.h"

// winscard.dll, with what is there: without a service, a reader or a card the tests that need one are
// skipped.

namespace smx::agent {
namespace {

TEST(Winscard, opens_or_says_that_the_service_is_absent) {
  try {
    const auto cards = Pcsc::open();
    if (!cards) GTEST_SKIP() << "no smart card service";
    for (const auto& reader : cards->readers()) EXPECT_FALSE(reader.empty());
  } catch (const StepFailure& failure) {
    EXPECT_FALSE(failure.cause.empty());
  }
}

TEST(Winscard, knows_no_reader_of_a_name_that_is_none) {
  const auto cards = Pcsc::open();
  if (!cards) GTEST_SKIP() << "no smart card service";
  try {
    cards->connect("smx no such reader");
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_TRUE(failure.cause == "no-reader" || failure.cause == "no-smart-card-service") << failure.cause;
  }
}

TEST(Winscard, gives_the_atr_of_the_card_that_is_in) {
  const auto cards = Pcsc::open();
  if (!cards || cards->readers().empty()) GTEST_SKIP() << "no reader";
  const auto reader = cards->readers().front();
  const auto status = cards->status(reader);
  if (!status.card) GTEST_SKIP() << "no card";
  EXPECT_EQ(cards->connect(reader)->atr(), status.atr);
}

TEST(Minidriver, is_not_there_for_a_card_that_windows_does_not_know) {
  EXPECT_FALSE(Minidriver::is_there_for({0x3b, 0x00}));
  try {
    Minidriver driver("smx no such reader", {0x3b, 0x00});
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "no-card-driver");
  }
}

TEST(SmartCardProvider, is_not_believed_under_wine) {
  if (wine_version().empty()) GTEST_SKIP() << "a real Windows has it";
  EXPECT_FALSE(has_smart_card_provider());
}

}  // namespace
}  // namespace smx::agent
