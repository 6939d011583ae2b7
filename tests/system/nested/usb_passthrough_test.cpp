// A USB reader from end to end: the program, installed in a nested host, gives that host's reader to the
// reference guest. What the program says of it is held against what the card itself has seen.

#include <gmock/gmock.h>

#include <condition_variable>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "harness/core/error.h"
#include "tests/issued_card.h"
#include "tests/system/nested/nested_host.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/piv/piv_card.h"
#include "vm/image/image_store.h"
#include "vm/lab/lab_ca.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

namespace smx::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kPin = "24681357";
constexpr auto kRunLimit = 15min;

/// Counts what is said to the card.
class Witness : public vm::CardDevice {
 public:
  explicit Witness(vm::SmartCard& card) : card_(card) {}

  Bytes atr() override { return card_.atr(); }
  void reset() override { card_.reset(); }
  bool enter_reader() override { return card_.enter_reader(); }
  void leave_reader() noexcept override { card_.leave_reader(); }
  Bytes transmit(ByteView command) override {
    auto response = card_.transmit(command);
    const std::lock_guard lock(mutex_);
    ++commands_;
    // VERIFY with a PIN in it; without one it asks for the tries that are left.
    if (command.size() > 5 && command[1] == 0x20) ++pins_[response == Bytes{0x90, 0x00}];
    changed_.notify_all();
    return response;
  }

  std::size_t commands() const { return std::lock_guard(mutex_), commands_; }
  std::size_t right_pins() const { return std::lock_guard(mutex_), pins_[1]; }
  std::size_t wrong_pins() const { return std::lock_guard(mutex_), pins_[0]; }
  bool wait_for_pin(Milliseconds limit) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return pins_[1] > 0; });
  }

 private:
  vm::SmartCard& card_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::size_t commands_ = 0;
  std::size_t pins_[2] = {0, 0};
};

class UsbPassthrough : public testing::Test {
 protected:
  void SetUp() override {
    try {
      vm::ImageStore(cache_home() / "images").newest("reference-linux");
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
    card_.emplace(std::make_unique<vm::MemoryCardStore>(
        vm::issue_card(Secret(kPin), Secret("86427531"), {}, vm::LabCa())));
    witness_.emplace(*card_);
    host_.emplace(*witness_);
    host_->put_file("/root/badge.pem",
                    vm::pem_of_certificate(vm::certificate_of(card_->data(), 0x9a).value()));
    host_->put_file("/root/badge.pin", kPin);
    host_->put_file("/root/usb.json", R"({"format": 1, "name": "usb",
      "targets": [{"kind": "reference-linux", "support_table": "reference"}],
      "modes": ["normal", "safe-networking", "safe-minimal"], "boot_limit_ms": 600000,
      "cards": [{"id": "badge", "pin": {"file": "badge.pin"}, "certificate": "badge.pem"}],
      "readers": [{"kind": "usb-passthrough", "card": "badge", "device": "08e6:4433"}],
      "scenarios": ["certutil-scinfo", "ssl-client-authentication"]})");
  }
  void TearDown() override {
    if (host_ && HasFailure()) std::cerr << "the nested host's console:\n" << host_->console() << "\n";
  }

  void begin(const std::string& cells) {
    host_->begin({"run", "/root/usb.json", "--only", cells, "--slots", "1", "--attempts", "1", "--accel",
                  host_->acceleration()});
  }
  vm::GuestResult run(const std::string& cells = "*") {
    begin(cells);
    return end();
  }
  /// What the run said on its way is in the test's log: how long each part of it took.
  vm::GuestResult end() {
    auto result = host_->end(kRunLimit);
    std::cerr << result.err;
    return result;
  }
  nlohmann::json readers() {
    return nlohmann::json::parse(host_->program({"card", "readers", "--json"}).out);
  }
  /// No machine, no socket and no lease is left in the nested host, and its reader is free again.
  void expect_nothing_left() {
    EXPECT_THAT(host_->shell("pidof qemu-system-x86_64 || true"), IsEmpty());
    EXPECT_THAT(host_->shell("ls /run/smx"), IsEmpty());
    const auto list = readers();
    EXPECT_THAT(list.at("leases"), IsEmpty());
    ASSERT_EQ(list.at("usb").size(), 1u) << list;
    EXPECT_EQ(list.at("usb")[0].at("trouble"), "");
  }
  void expect_card_as_it_was() {
    const auto status = card_->status();
    EXPECT_TRUE(status.pin.is_initial);
    EXPECT_EQ(status.pin.tries_left, status.pin.max_tries);
    EXPECT_EQ(status.counters.pin_changes, 0u);
  }

  std::optional<vm::SmartCard> card_;
  std::optional<Witness> witness_;
  std::optional<NestedHost> host_;
};

TEST_F(UsbPassthrough, is_found_passed_on_and_judged_as_the_card_itself_saw_it) {
  const auto list = readers();
  ASSERT_EQ(list.at("usb").size(), 1u) << list;
  EXPECT_EQ(list.at("usb")[0].at("id"), "08e6:4433");
  EXPECT_EQ(list.at("usb")[0].at("trouble"), "");
  EXPECT_EQ(witness_->commands(), 0u) << "listing readers says nothing to a card";

  const auto r = run();
  ASSERT_EQ(r.code, 0) << r.err << r.out;
  const auto report = host_->report();
  EXPECT_THAT(report.dump(), Not(HasSubstr(kPin)));
  std::set<std::string> verdicts;
  for (const auto& cell : report.at("cells"))
    verdicts.insert(cell.at("id").get<std::string>() + " " + cell.at("verdict").get<std::string>());
  std::set<std::string> expected;
  for (const std::string scenario : {"certutil-scinfo", "ssl-client-authentication"}) {
    expected.insert("reference-linux/normal/usb-passthrough/" + scenario + " control-ok");
    expected.insert("reference-linux/safe-networking/usb-passthrough/" + scenario + " conforms");
    expected.insert("reference-linux/safe-minimal/usb-passthrough/" + scenario + " conforms");
  }
  EXPECT_EQ(verdicts, expected);
  for (const auto& attempt : report.at("attempts")) {
    const bool minimal = attempt.at("cell").get<std::string>().find("safe-minimal") != std::string::npos;
    EXPECT_EQ(attempt.at("observation").at("outcome"), minimal ? "failed" : "passed") << attempt;
    EXPECT_EQ(attempt.at("observation").at("cause"), minimal ? "not-in-safeboot" : "") << attempt;
  }
  ASSERT_EQ(report.at("boots").size(), 3u);
  for (const auto& boot : report.at("boots")) {
    EXPECT_TRUE(boot.at("mode").at("proven").get<bool>()) << boot;
    EXPECT_TRUE(boot.at("reader").at("proven").get<bool>()) << boot;
  }

  // One signature for certutil-scinfo and one for each of two handshakes, in both modes that start pcscd.
  EXPECT_EQ(card_->status().counters.signatures, 6u);
  EXPECT_GE(witness_->right_pins(), 4u) << "in each cell at least once";
  EXPECT_EQ(witness_->wrong_pins(), 0u);
  expect_card_as_it_was();
  expect_nothing_left();
}

TEST_F(UsbPassthrough, that_is_unplugged_while_the_guest_has_it_is_blocked_and_never_a_pass) {
  begin("*/normal/*/certutil-scinfo");
  ASSERT_TRUE(witness_->wait_for_pin(kRunLimit)) << "the guest never came as far as the PIN";
  host_->unplug();
  const auto r = end();
  EXPECT_EQ(r.code, 5) << r.err << r.out;
  const auto report = host_->report();
  ASSERT_EQ(report.at("attempts").size(), 1u);
  const auto& observation = report.at("attempts")[0].at("observation");
  EXPECT_EQ(observation.at("outcome"), "blocked") << observation;
  EXPECT_EQ(observation.at("cause"), "reader-gone") << observation;
  EXPECT_THAT(readers().at("usb"), IsEmpty());

  const auto without = run("*/normal/*/certutil-scinfo");
  EXPECT_EQ(without.code, 3) << without.out;
  EXPECT_THAT(without.err, HasSubstr("this host has no USB smart card reader"));

  host_->plug_in();
  const auto again = run("*/normal/*/certutil-scinfo");
  EXPECT_EQ(again.code, 0) << again.out;
  expect_nothing_left();
  expect_card_as_it_was();
}

TEST_F(UsbPassthrough, that_pcscd_holds_ends_the_run_before_anything_boots) {
  host_->shell("/usr/sbin/svc start pcscd");
  const auto asked = witness_->commands();
  const auto r = run();
  EXPECT_EQ(r.code, 3) << r.out;
  EXPECT_THAT(r.err, HasSubstr("pcscd"));
  EXPECT_THAT(r.err, HasSubstr("systemctl stop pcscd.socket pcscd"));
  EXPECT_THAT(host_->shell("ls /var/lib/safemode-matrix/runs 2>/dev/null || true"), IsEmpty());
  EXPECT_THAT(readers().at("usb")[0].at("trouble").get<std::string>(), HasSubstr("pcscd"));
  EXPECT_EQ(witness_->commands(), asked);
  host_->shell("/usr/sbin/svc stop pcscd");
  EXPECT_EQ(readers().at("usb")[0].at("trouble"), "");
}

TEST_F(UsbPassthrough, with_another_card_than_the_matrix_names_is_no_pass) {
  const auto other = vm::issue_card(Secret(kPin), Secret("86427531"), {}, vm::LabCa());
  host_->put_file("/root/badge.pem", vm::pem_of_certificate(vm::certificate_of(other, 0x9a).value()));
  const auto r = run("*/normal/*");
  EXPECT_EQ(r.code, 1) << r.out;
  const auto report = host_->report();
  ASSERT_EQ(report.at("attempts").size(), 2u);
  std::set<std::string> causes;
  for (const auto& attempt : report.at("attempts")) {
    EXPECT_EQ(attempt.at("observation").at("outcome"), "failed") << attempt;
    causes.insert(attempt.at("observation").at("cause"));
  }
  EXPECT_EQ(causes, (std::set<std::string>{"other-certificate", "tls-refused"}));
  expect_card_as_it_was();
}

TEST_F(UsbPassthrough, whose_pin_is_wrong_loses_one_try_and_no_more) {
  host_->put_file("/root/badge.pin", "11112222");
  const auto r = run("*/normal/*");
  EXPECT_NE(r.code, 0) << r.out;
  const auto report = host_->report();
  ASSERT_EQ(report.at("attempts").size(), 2u);
  EXPECT_NE(report.at("attempts")[0].at("observation").at("outcome"), "passed");
  EXPECT_EQ(report.at("attempts")[1].at("observation").at("cause"), "card-safety");
  EXPECT_EQ(witness_->wrong_pins(), 1u);
  EXPECT_EQ(card_->status().pin.tries_left, card_->status().pin.max_tries - 1);
  EXPECT_EQ(card_->status().counters.signatures, 0u);
}

}  // namespace
}  // namespace smx::test
