#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "harness/core/unique_fd.h"
#include "tests/unit/card/card_testing.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/transport/vpcd_client.h"

namespace smx::vm {
namespace {

using namespace testing;

/// The driver's side: listens, and speaks to the card that connects.
class Driver {
 public:
  Driver() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_.get(), 1);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  void accept() { peer_ = UniqueFd(::accept(listener_.get(), nullptr, nullptr)); }
  void say(std::string_view text) {
    const auto bytes = from_hex(text);
    ::send(peer_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  std::string hear() {
    std::uint8_t length[2];
    if (::recv(peer_.get(), length, 2, MSG_WAITALL) != 2) return "end";
    Bytes body(static_cast<std::size_t>(length[0] << 8 | length[1]));
    ::recv(peer_.get(), body.data(), body.size(), MSG_WAITALL);
    return hex(body);
  }
  void hang_up() { peer_.close(); }
  void stop_listening() { listener_.close(); }

  std::uint16_t port = 0;

 private:
  UniqueFd listener_, peer_;
};

class VpcdTest : public ::testing::Test {
 protected:
  VpcdTest() {
    client_ = std::thread([this] { serve_vpcd(card_, "127.0.0.1", driver_.port, cancel_); });
    driver_.accept();
  }
  ~VpcdTest() override {
    if (client_.joinable()) {
      cancel_.cancel();
      client_.join();
    }
  }

  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  Driver driver_;
  CancelToken cancel_;
  std::thread client_;
};

TEST_F(VpcdTest, gives_the_atr_and_answers_commands) {
  driver_.say("0001 01  0001 04");
  EXPECT_EQ(driver_.hear(), hex(card_.atr()));
  driver_.say("0005 0020008000");
  EXPECT_EQ(driver_.hear(), "63c3");
  driver_.say("0002 0020");
  EXPECT_EQ(driver_.hear(), "6700");
}

TEST_F(VpcdTest, leaves_no_login_for_the_next_reader) {
  driver_.say("000d 0020008008" + padded(kPin));
  EXPECT_EQ(driver_.hear(), "9000");
  driver_.hang_up();
  client_.join();
  client_ = std::thread([this] { serve_vpcd(card_, "127.0.0.1", driver_.port, cancel_); });
  driver_.accept();
  driver_.say("0005 0020008000");
  EXPECT_EQ(driver_.hear(), "63c3");
}

TEST_F(VpcdTest, loses_the_login_at_power_off_and_reset) {
  for (const auto* control : {"00", "01", "02"}) {
    driver_.say("000d 0020008008" + padded(kPin));
    EXPECT_EQ(driver_.hear(), "9000");
    driver_.say("0001" + std::string(control) + "0005 0020008000");
    EXPECT_EQ(driver_.hear(), "63c3") << control;
  }
}

TEST_F(VpcdTest, ignores_empty_frames_and_unknown_controls) {
  driver_.say("0000 0001 7f 0001 04");
  EXPECT_EQ(driver_.hear(), hex(card_.atr()));
}

TEST_F(VpcdTest, ends_when_the_driver_hangs_up_in_a_frame) {
  driver_.say("0005 0020");
  driver_.hang_up();
  client_.join();
}

TEST_F(VpcdTest, ends_when_it_is_cancelled) {
  cancel_.cancel();
  EXPECT_EQ(driver_.hear(), "end");
  client_.join();
}

TEST(Vpcd, says_what_is_missing_when_nobody_listens) {
  SmartCard card(std::make_unique<MemoryCardStore>(quick_card()));
  Driver driver;
  driver.stop_listening();
  EXPECT_THROW(serve_vpcd(card, "127.0.0.1", driver.port, CancelToken{}), Error);
  EXPECT_THROW(serve_vpcd(card, "localhost!", driver.port, CancelToken{}), Error);
}

}  // namespace
}  // namespace smx::vm
