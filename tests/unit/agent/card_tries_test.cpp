#include "scenarios/agent/linux/scenarios.h"

#include <gtest/gtest.h>

#include "scenarios/agent/core/fake_platform.h"
#include "tests/unit/agent/scenario_run.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/piv/piv_card.h"

namespace smx::agent {
namespace {

constexpr const char* kRightPin = "24681357";

/// The project's own card, held directly.
class CardTries : public testing::Test {
 protected:
  CardTries() : card_(make_store()) {
    platform_.card.answer = [this](const Bytes& command) { return card_.transmit(command); };
    request_.nonce = std::string(32, '0');
  }
  static std::unique_ptr<vm::CardStore> make_store() {
    vm::CardIssue issue;
    issue.pin = Secret(kRightPin);
    issue.puk = Secret("86427531");
    issue.key = vm::KeyKind::p256;
    issue.iterations = 1;
    return std::make_unique<vm::MemoryCardStore>(vm::new_piv_card(issue));
  }
  void present(const std::string& pin) {
    Bytes command{0x00, 0x20, 0x00, 0x80, 0x08};
    for (const char c : pin) command.push_back(static_cast<std::uint8_t>(c));
    card_.transmit(command);
  }
  ScenarioRun run() { return ScenarioRun(card_tries(), request_, platform_); }
  std::int64_t tries() { return std::get<std::int64_t>(run().details.values().at("pin_tries")); }

  vm::SmartCard card_;
  FakePlatform platform_;
  Request request_;
};

TEST_F(CardTries, are_read_without_one_being_spent) {
  EXPECT_EQ(tries(), 3);
  EXPECT_EQ(tries(), 3);
  EXPECT_EQ(card_.status().pin.tries_left, 3);
  present("11111111");
  EXPECT_EQ(tries(), 2);
  present("11111111");
  EXPECT_EQ(tries(), 1);
  EXPECT_TRUE(run().all_passed());
  EXPECT_EQ(card_.status().pin.tries_left, 1);
}

TEST_F(CardTries, of_a_blocked_card_are_none) {
  for (int i = 0; i < 3; ++i) present("11111111");
  EXPECT_EQ(tries(), 0);
}

TEST_F(CardTries, are_read_although_a_pin_is_verified_still) {
  card_.transmit(Bytes{0x00, 0xa4, 0x04, 0x00, 0x05, 0xa0, 0x00, 0x00, 0x03, 0x08});
  present(kRightPin);
  EXPECT_EQ(tries(), 3);
}

TEST_F(CardTries, that_a_card_does_not_tell_fail) {
  platform_.card.answer = [](const Bytes& command) {
    return command.at(1) == 0xa4 ? Bytes{0x90, 0x00} : Bytes{0x6d, 0x00};
  };
  auto r = run();
  EXPECT_EQ(r.of("tries-read"), "failed wrong-status");
  EXPECT_FALSE(r.details.values().contains("pin_tries"));
  platform_.card.answer = [](const Bytes&) { return Bytes{0x90, 0x00}; };  // verified, whatever it is told
  EXPECT_EQ(run().of("tries-read"), "failed wrong-status");
  platform_.card.answer = [](const Bytes&) { return Bytes{0x6a, 0x82}; };
  EXPECT_EQ(run().of("tries-read"), "failed no-piv");
}

TEST_F(CardTries, need_a_reader_and_a_card) {
  platform_.card.answer = nullptr;
  EXPECT_EQ(run().of("tries-read"), "failed no-card");
  platform_.readers.clear();
  request_.time_limit = std::chrono::milliseconds(10);
  EXPECT_EQ(run().of("tries-read"), "failed no-reader");
}

}  // namespace
}  // namespace smx::agent
