// The reference guest with a card of this host: a card in a private pcscd, which is real to everybody but
// this test, relayed into QEMU's reader.

#include <fmt/format.h>

#include "tests/integration/card/pcscd_sandbox.h"
#include "tests/issued_card.h"
#include "tests/system/matrix/matrix_fixture.h"
#include "vm/card/device/smart_card.h"
#include "vm/lab/lab_ca.h"
#include "vm/pcsc/host_readers.h"
#include "vm/reader/card_files.h"

namespace smx {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPin = "24681357";
constexpr const char* kPuk = "86427531";

/// Why there can be no sandbox; entered once, before any thread.
const std::string& reason_to_skip() {
  static const std::string reason = vm::PcscdSandbox::enter();
  return reason;
}

/// Lets a test act the moment that the card has done something.
class WatchedCard : public vm::CardDevice {
 public:
  explicit WatchedCard(vm::SmartCard& card) : card_(card) {}
  /// Called after a command was answered 9000 by the card, before anybody hears of it.
  std::function<void(std::uint8_t ins)> done = [](std::uint8_t) {};

  /// Called when the PIN was found to be blocked.
  std::function<void()> blocked = [] {};

  Bytes atr() override { return card_.atr(); }
  void reset() override { card_.reset(); }
  Bytes transmit(ByteView command) override {
    auto response = card_.transmit(command);
    if (command.size() > 1 && response == Bytes{0x90, 0x00}) done(command[1]);
    if (response == Bytes{0x69, 0x83}) blocked();
    return response;
  }

 private:
  vm::SmartCard& card_;
};

class RelayTest : public MatrixTest {
 protected:
  void SetUp() override {
    if (!reason_to_skip().empty()) GTEST_SKIP() << reason_to_skip();
    MatrixTest::SetUp();
    if (IsSkipped()) return;
    const vm::LabCa ca;
    auto data = vm::issue_card(Secret(kPin), Secret(kPuk), {}, ca);
    pcscd_.emplace();
    card_.emplace(std::make_unique<vm::MemoryCardStore>(std::move(data)));
    watched_.emplace(*card_);
    reader_.emplace(*watched_);
    matrix_ = file("relay.json", R"({"format": 1, "name": "relay",
      "targets": [{"kind": "reference-linux"}], "modes": ["normal", "safe-networking"],
      "cards": [{"id": "mine", "pin": {"env": "RELAY_TEST_PIN"}}],
      "readers": [{"kind": "pcsc-relay", "card": "mine", "device": "virtual pcd 00 00"}],
      "scenarios": ["pin-management", "certutil-scinfo", "ssl-client-authentication", "device-management"]})");
  }

  Command with_pin(std::vector<std::string> arguments, const std::string& pin = kPin) const {
    auto c = command(std::move(arguments));
    c.env["RELAY_TEST_PIN"] = pin;
    c.time_limit = 300s;
    return c;
  }
  std::vector<std::string> run_only(const std::string& cells) const {
    return {"run", matrix_, "--only", cells, "--slots", "1"};
  }

  void expect_card_as_it_was() const {
    const auto status = card_->status();
    EXPECT_TRUE(status.pin.is_initial);
    EXPECT_EQ(status.pin.tries_left, status.pin.max_tries);
    EXPECT_TRUE(status.puk.is_initial);
    EXPECT_EQ(status.puk.tries_left, status.puk.max_tries);
  }

  /// The reader's driver finds out by polling that its card is gone.
  static void wait_until_no_card() {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (vm::choose_host_reader(vm::host_readers(), "00 00").card && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(10ms);
  }

  /// Runs pin-management and kills the controller when the card has taken a new PIN.
  void die_with_another_pin() {
    const auto c = with_pin(run_only("*/normal/*/pin-management"));
    RunningProgram program(c.argv, c.env);
    watched_->done = [&](std::uint8_t ins) {
      if (ins == 0x24) program.signal(SIGKILL);
    };
    EXPECT_EQ(program.wait(), 137) << program.seen();
    watched_->done = [](std::uint8_t) {};
    ASSERT_FALSE(card_->status().pin.is_initial) << "this is what is to be made up for";
  }

  std::string matrix_;
  std::optional<vm::PcscdSandbox> pcscd_;
  std::optional<vm::SmartCard> card_;
  std::optional<WatchedCard> watched_;
  std::optional<vm::CardInHostReader> reader_;
};

TEST_F(RelayTest, runs_the_scenarios_with_a_card_of_this_host_and_leaves_it_as_it_was) {
  const auto r = run_command(with_pin({"run", matrix_}));
  ASSERT_EQ(r.exit_code, 0) << r.err << r.out;
  expect_nothing_left();
  std::set<std::string> expected;
  for (const auto* scenario :
       {"pin-management", "certutil-scinfo", "ssl-client-authentication", "device-management"}) {
    expected.insert(fmt::format("reference-linux/normal/pcsc-relay/{} control-ok", scenario));
    expected.insert(fmt::format("reference-linux/safe-networking/pcsc-relay/{} conforms", scenario));
  }
  EXPECT_EQ(verdicts(), expected);
  expect_card_as_it_was();
  EXPECT_EQ(card_->status().counters.pin_blocks, 0u);
  EXPECT_EQ(card_->status().counters.pin_changes, 4u) << "there and back, in each mode";
  const auto json = report();
  EXPECT_THAT(json.dump(), Not(HasSubstr(kPin)));
  for (const auto& attempt : json.at("attempts")) {
    const auto cell = attempt.at("cell").get<std::string>();
    for (const auto& check : attempt.at("observation").at("checks"))
      if (check.at("id") == "pin-blocked" || check.at("id") == "unblocked-by-puk") {
        EXPECT_EQ(check.at("outcome"), "not-applicable") << cell;
      }
  }
}

TEST_F(RelayTest, card_recover_gives_the_pin_back_that_a_killed_run_had_changed) {
  ASSERT_NO_FATAL_FAILURE(die_with_another_pin());
  const auto r = run_command(with_pin({"card", "recover", "--pin", "env:RELAY_TEST_PIN"}));
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_THAT(r.out, HasSubstr("the card has its original PIN again"));
  expect_card_as_it_was();
  end_guests();
}

TEST_F(RelayTest, the_next_run_gives_it_back_before_anything_else) {
  ASSERT_NO_FATAL_FAILURE(die_with_another_pin());
  const auto r = run_command(with_pin(run_only("*/normal/*/certutil-scinfo")));
  EXPECT_EQ(r.exit_code, 0) << r.err;
  const auto back = r.err.find("its original PIN back"), boots = r.err.find("booting");
  EXPECT_NE(back, std::string::npos) << r.err;
  EXPECT_LT(back, boots);
  expect_card_as_it_was();
}

class BlockableRelayTest : public RelayTest {
 protected:
  void SetUp() override {
    RelayTest::SetUp();
    matrix_ = file("blockable.json", R"({"format": 1, "name": "blockable",
      "targets": [{"kind": "reference-linux"}], "modes": ["normal"],
      "cards": [{"id": "mine", "pin": {"env": "RELAY_TEST_PIN"}, "puk": {"file": "puk"}, "allow_blocking": true}],
      "readers": [{"kind": "pcsc-relay", "card": "mine"}], "scenarios": ["pin-management"]})");
    file("puk", kPuk);
  }
};

TEST_F(BlockableRelayTest, blocks_and_unblocks_a_card_whose_owner_allows_it) {
  const auto r = run_command(with_pin({"run", matrix_}));
  ASSERT_EQ(r.exit_code, 0) << r.err << r.out;
  EXPECT_EQ(card_->status().counters.pin_blocks, 1u);
  expect_card_as_it_was();
}

TEST_F(BlockableRelayTest, a_card_that_a_killed_run_left_blocked_is_unblocked) {
  const auto c = with_pin({"run", matrix_});
  RunningProgram program(c.argv, c.env);
  watched_->blocked = [&] { program.signal(SIGKILL); };
  EXPECT_EQ(program.wait(), 137) << program.seen();
  watched_->blocked = [] {};
  ASSERT_EQ(card_->status().pin.tries_left, 0);
  const auto without = run_command(with_pin({"card", "recover", "--pin", "env:RELAY_TEST_PIN"}));
  EXPECT_EQ(without.exit_code, 3);
  EXPECT_THAT(without.err, HasSubstr("its PIN is blocked"));
  const auto puk = "file:" + (dir.path() / "puk").string();
  const auto r = run_command(with_pin({"card", "recover", "--pin", "env:RELAY_TEST_PIN", "--puk", puk}));
  EXPECT_EQ(r.exit_code, 0) << r.err;
  expect_card_as_it_was();
  end_guests();
}

TEST_F(RelayTest, a_wrong_pin_costs_one_try_and_blocks_its_cells_for_safety) {
  const auto first = run_command(with_pin(run_only("*/normal/*/certutil-scinfo"), "11112222"));
  EXPECT_EQ(first.exit_code, 5) << first.err << first.out;
  EXPECT_EQ(report().at("attempts").at(0).at("observation").at("cause"), "card-safety");
  const auto again = run_command(with_pin(run_only("*/normal/*/certutil-scinfo"), "11112222"));
  EXPECT_EQ(again.exit_code, 5) << again.err;
  EXPECT_EQ(card_->status().pin.tries_left, 2) << "presented once in all";
  EXPECT_EQ(run_command(with_pin({"card", "recover", "--pin", "env:RELAY_TEST_PIN"})).exit_code, 0);
  expect_card_as_it_was();
}

TEST_F(RelayTest, a_card_with_one_try_left_is_not_touched) {
  card_->transmit(*parse_hex("0020008008303030303030ffff"));
  card_->transmit(*parse_hex("0020008008303030303031ffff"));
  ASSERT_EQ(card_->status().pin.tries_left, 1);
  const auto r = run_command(with_pin(run_only("*/normal/*/certutil-scinfo")));
  EXPECT_EQ(r.exit_code, 5) << r.err << r.out;
  const auto observation = report().at("attempts").at(0).at("observation");
  EXPECT_EQ(observation.at("outcome"), "blocked");
  EXPECT_EQ(observation.at("cause"), "card-safety");
  EXPECT_EQ(card_->status().pin.tries_left, 1);
}

TEST_F(RelayTest, says_what_is_missing_before_anything_boots) {
  auto without_pin = command({"run", matrix_});
  const auto r = run_command(without_pin);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("/cards/0/pin"));
  EXPECT_THAT(r.err, HasSubstr("RELAY_TEST_PIN"));
  reader_.reset();
  wait_until_no_card();
  const auto empty = run_command(with_pin({"run", matrix_}));
  EXPECT_EQ(empty.exit_code, 3) << empty.err;
  EXPECT_THAT(empty.err, HasSubstr("there is no card in it"));
  EXPECT_FALSE(run_was_begun());
}

}  // namespace
}  // namespace smx
