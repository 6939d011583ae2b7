// A card in a private pcscd's reader, as the relay has it: no guest, the test is QEMU's side.

#include <gmock/gmock.h>

#include <future>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "tests/integration/card/pcscd_sandbox.h"
#include "tests/issued_card.h"
#include "vm/card/device/smart_card.h"
#include "vm/pcsc/host_card.h"
#include "vm/pcsc/host_readers.h"
#include "vm/reader/card_files.h"
#include "vm/reader/relay_reader.h"

namespace smx::vm {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kReader = "Virtual PCD 00 00";
constexpr const char* kPin = "24681357";

/// Why there can be no sandbox; entered once, before any thread.
const std::string& reason_to_skip() {
  static const std::string reason = PcscdSandbox::enter();
  return reason;
}

class RelayOnHost : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!reason_to_skip().empty()) GTEST_SKIP() << reason_to_skip();
    pcscd_.emplace();
    CreateCardOptions options;
    options.key = KeyKind::p256;
    card_.emplace(
        std::make_unique<MemoryCardStore>(issue_card(Secret(kPin), Secret("86427531"), options, ca_)));
    reader_.emplace(*card_);
    spec_.id = "mine";
  }

  RelayReaderProvider provider(const std::string& pin = kPin) {
    return RelayReaderProvider(gate_, {{"mine", {Secret(pin), {}}}}, folder_.path() / "cards",
                               Milliseconds(0));
  }
  std::string error(const std::function<void()>& what) {
    try {
      what();
      return "none";
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::environment);
      return e.what();
    }
  }
  static bool eventually(const std::function<bool()>& what) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!what() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    return what();
  }

  const LabCa ca_;
  const TempDir folder_{"/tmp", "rl"};
  const CancelToken never_cancelled_;
  ReaderGate gate_{folder_.path() / "leases", "run", never_cancelled_};
  Card spec_;
  const Reader relay_{"pcsc-relay", ReaderKind::pcsc_relay, "mine", ""};
  std::optional<PcscdSandbox> pcscd_;
  std::optional<SmartCard> card_;
  std::optional<CardInHostReader> reader_;
};

TEST_F(RelayOnHost, lists_readers_with_what_is_in_them) {
  const auto readers = host_readers();
  ASSERT_GE(readers.size(), 2u);
  EXPECT_EQ(readers[0].name, kReader);
  EXPECT_TRUE(readers[0].card);
  EXPECT_FALSE(readers[0].in_use);
  EXPECT_EQ(hex(readers[0].atr), kDefaultAtr);
  EXPECT_FALSE(readers[1].card);
  const HostCard held(kReader);
  EXPECT_TRUE(host_readers()[0].in_use);
}

TEST_F(RelayOnHost, has_a_card_for_itself_and_gives_it_back) {
  {
    HostCard card(kReader);
    EXPECT_EQ(hex(card.atr()), kDefaultAtr);
    EXPECT_THAT(hex(card.transmit(select_piv_command())), HasSubstr("61"));
    EXPECT_THAT(error([] { HostCard second(kReader); }), HasSubstr("another program uses the card"));
    EXPECT_EQ(status_of(card.transmit(*parse_hex("002000800824681357ffffffff"))), sw::kWrongData);
    EXPECT_EQ(status_of(card.transmit(*parse_hex("0020008008" + hex(pad_reference(kPin))))), sw::kOk);
    EXPECT_EQ(status_of(card.transmit(*parse_hex("0020008000"))), sw::kOk);
  }
  HostCard next(kReader);
  next.transmit(select_piv_command());
  EXPECT_EQ(status_of(next.transmit(*parse_hex("0020008000"))), sw::tries_left(3))
      << "reset, and so logged out";
}

TEST_F(RelayOnHost, says_what_is_wrong_with_a_reader) {
  EXPECT_THAT(error([] { HostCard empty("Virtual PCD 00 01"); }), HasSubstr("no card in it"));
  EXPECT_THAT(error([] { HostCard none("Nobody's"); }), HasSubstr("the reader is gone"));
  pcscd_.reset();
  EXPECT_THAT(error([] { host_readers(); }), HasSubstr("install Debian's package pcscd"));
}

TEST_F(RelayOnHost, tells_of_a_card_that_is_taken_out_and_takes_no_other_for_it) {
  std::promise<void> gone;
  HostCard card(kReader, [&] { gone.set_value(); });
  reader_.reset();
  ASSERT_EQ(gone.get_future().wait_for(20s), std::future_status::ready);
  EXPECT_TRUE(eventually([&] { return !card.trouble().empty(); }));
  EXPECT_THAT(card.transmit(select_piv_command()), IsEmpty());
  reader_.emplace(*card_);
  card.reset();
  EXPECT_THAT(card.transmit(select_piv_command()), IsEmpty()) << "it might be another one";
  EXPECT_THAT(card.trouble(), HasSubstr("taken out"));
}

TEST_F(RelayOnHost, shows_a_t1_card_as_a_t0_card_and_works_with_it) {
  reader_.reset();
  ASSERT_TRUE(eventually([] { return !host_readers()[0].card; }));
  auto data = card_->data();
  data.atr = *parse_hex("3b88010073c84000009000e2");  // TD1 says T=1; TCK
  SmartCard other(std::make_unique<MemoryCardStore>(data));
  CardInHostReader in(other);
  HostCard host(kReader);
  RelayedCard relay(host);
  EXPECT_EQ(hex(relay.atr()), "3b6800000073c84000009000") << hex(relay.real_atr());
  EXPECT_EQ(status_of(relay.transmit(select_piv_command())) & 0xff00, 0x6100);
  const auto object = read_object(relay, kObjectAuthenticationCertificate);
  EXPECT_EQ(object, data.objects.at(kObjectAuthenticationCertificate));
  EXPECT_EQ(PivPin(relay).tries_left(), 3);
}

TEST_F(RelayOnHost, opens_a_session_with_what_the_card_is) {
  auto relay = provider();
  const auto session = relay.open(relay_, spec_, folder_.path());
  ASSERT_NE(session->physical(), nullptr);
  EXPECT_EQ(session->physical()->pin_refusal(), "");
  const auto& credentials = session->credentials();
  EXPECT_EQ(credentials.pin.reveal(), kPin);
  EXPECT_TRUE(credentials.puk.empty());
  EXPECT_FALSE(credentials.may_block);
  EXPECT_EQ(credentials.new_pin.reveal().size(), 8u);
  EXPECT_THAT(credentials.certificate_pem, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_EQ(credentials.atr_hex, kDefaultAtr);
  const auto state = session->state();
  EXPECT_EQ(state.pin_tries_left, 3);
  EXPECT_EQ(state.pin_tries_max, 3);
  EXPECT_TRUE(state.pin_is_initial);
  EXPECT_THAT(error([&] { session->set_fault("mute"); }), HasSubstr("real card"));
  EXPECT_THAT(session->take_trace(), Not(HasSubstr(kPin)));
}

TEST_F(RelayOnHost, gives_the_next_session_the_reader_when_the_first_has_ended) {
  auto relay = provider();
  auto first = relay.open(relay_, spec_, folder_.path());
  const TempDir other("/tmp", "rl");
  auto second = std::async(std::launch::async, [&] { return relay.open(relay_, spec_, other.path()); });
  first.reset();
  EXPECT_EQ(second.get()->physical()->pin_refusal(), "");
}

TEST_F(RelayOnHost, refuses_pins_when_few_tries_are_left_or_the_pin_is_wrong) {
  {
    auto wrong = provider("11112222");
    const auto session = wrong.open(relay_, spec_, folder_.path());
    EXPECT_THAT(session->physical()->pin_refusal(), HasSubstr("not the card's"));
    EXPECT_TRUE(session->credentials().pin.empty()) << "the guest does not get it";
  }
  EXPECT_EQ(card_->status().pin.tries_left, 2);
  EXPECT_TRUE(recover_card("", {Secret(kPin), {}}, {}, folder_.path() / "cards").ok);
  EXPECT_EQ(card_->status().pin.tries_left, 3);
  auto right = provider();
  const auto session = right.open(relay_, spec_, folder_.path());
  EXPECT_EQ(session->physical()->pin_refusal(), "");
}

TEST_F(RelayOnHost, needs_a_card_that_can_be_told_from_others) {
  reader_.reset();
  auto data = card_->data();
  data.objects.clear();
  SmartCard other(std::make_unique<MemoryCardStore>(data));
  ASSERT_TRUE(eventually([] { return !host_readers()[0].card; }));
  CardInHostReader in(other);
  auto relay = provider();
  EXPECT_THAT(error([&] { relay.open(relay_, spec_, folder_.path()); }), HasSubstr("neither CHUID nor 9A"));
}

}  // namespace
}  // namespace smx::vm
