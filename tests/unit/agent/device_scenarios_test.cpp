#include <gtest/gtest.h>

#include "scenarios/agent/core/fake_platform.h"
#include "scenarios/agent/linux/scenarios.h"
#include "tests/unit/agent/scenario_run.h"

namespace smx::agent {
namespace {

const Bytes kAtr{0x3b, 0x68};

ReaderStatus with_card(std::uint32_t events, Bytes atr = kAtr) {
  return {true, true, false, events, std::move(atr)};
}
ReaderStatus without_card(std::uint32_t events) {
  return {true, false, false, events, {}};
}

Request device_request(const std::string& phase) {
  Request r;
  r.nonce = std::string(32, '0');
  r.phase = phase;
  r.time_limit = std::chrono::milliseconds(30);  // nothing here waits but for what never comes
  r.atr = kAtr;
  return r;
}

ScenarioRun device(const std::string& phase, FakePlatform& platform) {
  return ScenarioRun(device_management(), device_request(phase), platform);
}

TEST(DeviceManagement, sees_reader_card_removal_and_insertion) {
  FakePlatform platform;
  platform.card.answer = [](const Bytes&) { return Bytes{0x90, 0x00}; };
  platform.card.atr = kAtr;
  platform.now = with_card(4);
  const auto present = device("present", platform);
  EXPECT_EQ(present.of("reader-present"), "passed");
  EXPECT_EQ(present.of("card-present"), "passed");
  EXPECT_EQ(present.of("card-driver"), "not-applicable no-card-drivers");
  platform.changes = {without_card(5)};
  EXPECT_EQ(device("removed", platform).of("removal-seen"), "passed");
  platform.changes = {with_card(6)};
  EXPECT_EQ(device("inserted", platform).of("insertion-seen"), "passed");
  EXPECT_TRUE(platform.kept.empty());
}

TEST(DeviceManagement, tells_of_the_cards_driver_and_goes_on_without_it) {
  FakePlatform platform;
  platform.now = with_card(4);
  platform.driver = {CheckOutcome::passed, "", "UmPass"};
  EXPECT_EQ(device("present", platform).of("card-driver"), "passed");
  platform.driver = {CheckOutcome::failed, "no-card-device", "none"};
  EXPECT_EQ(device("present", platform).of("card-driver"), "failed no-card-device");
  platform.changes = {without_card(5)};
  EXPECT_EQ(device("removed", platform).of("removal-seen"), "passed");
}

TEST(DeviceManagement, misses_a_reader_or_a_card_that_is_not_there) {
  FakePlatform none;
  none.readers.clear();
  EXPECT_EQ(device("present", none).of("reader-present"), "failed no-reader");
  FakePlatform empty;
  empty.now = without_card(0);
  EXPECT_EQ(device("present", empty).of("card-present"), "failed no-card");
  EXPECT_TRUE(empty.kept.empty());
}

TEST(DeviceManagement, takes_no_mute_and_no_other_card_for_the_card) {
  FakePlatform platform;
  platform.now = with_card(0);
  platform.now.mute = true;
  EXPECT_EQ(device("present", platform).of("card-present"), "failed card-mute");
  platform.now = with_card(0, {0x3b, 0x00});
  EXPECT_EQ(device("present", platform).of("card-present"), "failed other-card");
}

TEST(DeviceManagement, needs_an_event_that_was_counted) {
  FakePlatform platform;
  platform.kept["device-management"] = "4 Reader 0";
  EXPECT_EQ(device("removed", platform).of("removal-seen"), "failed no-event");
  platform.kept["device-management"] = "4 Reader 0";
  platform.changes = {without_card(4)};
  EXPECT_EQ(device("removed", platform).of("removal-seen"), "failed no-event");
  platform.kept["device-management"] = "5 Reader 0";
  platform.changes = {with_card(5)};
  EXPECT_EQ(device("inserted", platform).of("insertion-seen"), "failed no-event");
}

TEST(DeviceManagement, needs_a_card_that_answers_again) {
  FakePlatform platform;
  platform.card.atr = kAtr;
  platform.card.answer = [](const Bytes&) { return Bytes{0x6a, 0x82}; };
  platform.kept["device-management"] = "5 Reader 0";
  platform.changes = {with_card(6)};
  EXPECT_EQ(device("inserted", platform).of("insertion-seen"), "failed wrong-status");
}

TEST(DeviceManagement, is_blocked_without_the_phase_before) {
  FakePlatform platform;
  for (const auto* text : {"", "x", "5", "99999999999999999999 R"}) {
    platform.kept["device-management"] = text;
    EXPECT_EQ(device("removed", platform).of("removal-seen"), "blocked earlier-check") << text;
  }
}

// ---- external PIN entry ------------------------------------------------------------------------

class ExternalPinEntry : public testing::Test {
 protected:
  ExternalPinEntry() {
    platform.card.features = unhex("060442330006").value();
    platform.card.answer = [this](const Bytes& command) {
      if (command[1] == 0x20 && command.size() == 4 && command[2] == 0) return Bytes{0x63, tries};
      return Bytes{0x90, 0x00};
    };
  }
  std::string used() {
    return ScenarioRun(external_pin_entry(), device_request("main"), platform).of("pin-pad-used");
  }
  FakePlatform platform;
  std::uint8_t tries = 0xc3;
};

TEST_F(ExternalPinEntry, passes_only_when_the_pad_verified_the_pin) {
  platform.card.on_control = [](std::uint32_t) { return Bytes{0x90, 0x00}; };
  EXPECT_EQ(used(), "passed");
}

TEST_F(ExternalPinEntry, is_not_applicable_when_the_claimed_pad_does_not_answer) {
  platform.card.on_control = [](std::uint32_t) -> Bytes {
    throw StepFailure(CheckOutcome::failed, "reader-refused", "refused");
  };
  EXPECT_EQ(used(), "not-applicable no-pin-pad");
}

TEST_F(ExternalPinEntry, is_not_applicable_when_no_pad_is_claimed) {
  platform.card.features.clear();
  const ScenarioRun result(external_pin_entry(), device_request("main"), platform);
  EXPECT_EQ(result.of("reader-features-read"), "passed");
  EXPECT_EQ(result.of("pin-pad-used"), "not-applicable no-pin-pad");
}

TEST_F(ExternalPinEntry, is_blocked_when_a_real_pad_waited_in_vain) {
  platform.card.on_control = [](std::uint32_t) { return Bytes{0x64, 0x00}; };
  EXPECT_EQ(used(), "blocked nobody-at-pin-pad");
}

TEST_F(ExternalPinEntry, fails_when_a_try_of_the_pin_was_spent) {
  platform.card.on_control = [this](std::uint32_t) -> Bytes {
    tries = 0xc2;
    throw StepFailure(CheckOutcome::failed, "reader-refused", "refused");
  };
  EXPECT_EQ(used(), "failed try-spent");
}

TEST_F(ExternalPinEntry, does_not_risk_the_last_try) {
  tries = 0xc1;
  platform.card.on_control = [](std::uint32_t) -> Bytes { throw std::logic_error("must not be asked"); };
  EXPECT_EQ(used(), "blocked card-not-ready");
}

}  // namespace
}  // namespace smx::agent
