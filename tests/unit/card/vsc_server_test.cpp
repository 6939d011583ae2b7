#include "vm/card/transport/vsc_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "harness/core/files.h"
#include "harness/core/unique_fd.h"
#include "tests/unit/card/card_testing.h"
#include "vm/card/transport/vsc_framing.h"

namespace smx::vm {
namespace {

using namespace testing;
using namespace std::chrono_literals;

/// QEMU's side of the socket, blocking.
class Peer {
 public:
  explicit Peer(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    connected = ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  void say(VscType type, std::string_view payload) {
    Bytes bytes;
    append_vsc(bytes, type, 0, from_hex(payload));
    say_raw(bytes);
  }
  void say_raw(ByteView bytes) { ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// The next message as "type:payload"; "end" when the connection is over.
  std::string hear() {
    for (;;) {
      if (const auto m = parser_.next()) return std::to_string(m->type) + ":" + hex(m->payload);
      std::uint8_t buffer[512];
      const auto n = ::recv(fd_.get(), buffer, sizeof buffer, 0);
      if (n <= 0) return "end";
      parser_.feed({buffer, static_cast<std::size_t>(n)});
    }
  }
  void attach() {
    hear();
    say(VscType::init, hex(vsc_init_payload()));
    hear();
    say(VscType::error, "00000000");
    hear();
    say(VscType::error, "00000000");
  }

  bool connected = false;

 private:
  UniqueFd fd_;
  VscParser parser_;
};

class VscServerTest : public ::testing::Test {
 protected:
  TempDir folder_{std::filesystem::temp_directory_path(), "vsc-"};
  const std::filesystem::path socket_ = folder_.path() / "card.sock";
  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  VscServer server_{card_, socket_};
};

TEST_F(VscServerTest, listens_when_it_is_constructed) {
  EXPECT_FALSE(server_.connected());
  EXPECT_TRUE(Peer(socket_).connected);
}

TEST_F(VscServerTest, is_connected_when_qemu_has_accepted_reader_and_card) {
  Peer qemu(socket_);
  qemu.attach();
  EXPECT_TRUE(server_.wait_until_ready(10s));
  EXPECT_TRUE(server_.connected());
  qemu.say(VscType::apdu, "0020008000");
  EXPECT_EQ(qemu.hear(), "7:63c3");
}

TEST_F(VscServerTest, is_not_connected_to_somebody_who_says_nothing) {
  Peer silent(socket_);
  EXPECT_EQ(silent.hear().substr(0, 2), "1:");
  EXPECT_FALSE(server_.wait_until_ready(0ms));
}

TEST_F(VscServerTest, takes_qemu_again_after_it_went) {
  {
    Peer first(socket_);
    first.attach();
    first.say(VscType::apdu, "0020008008" + padded(kPin));
    EXPECT_EQ(first.hear(), "7:9000");
  }
  Peer second(socket_);
  second.attach();
  EXPECT_TRUE(server_.wait_until_ready(10s));
  second.say(VscType::apdu, "0020008000");
  EXPECT_EQ(second.hear(), "7:63c3") << "a new machine finds a card that was just powered";
}

TEST_F(VscServerTest, turns_a_second_peer_away) {
  Peer first(socket_);
  first.attach();
  Peer second(socket_);
  EXPECT_EQ(second.hear(), "end");
  first.say(VscType::apdu, "0020008000");
  EXPECT_EQ(first.hear(), "7:63c3");
}

TEST_F(VscServerTest, hands_removal_and_insertion_over_before_it_returns) {
  Peer qemu(socket_);
  qemu.attach();
  ASSERT_TRUE(server_.wait_until_ready(10s));
  server_.set_inserted(false);
  EXPECT_FALSE(server_.inserted());
  EXPECT_EQ(qemu.hear(), "6:");
  qemu.say(VscType::error, "00000000");
  server_.set_inserted(true);
  EXPECT_EQ(qemu.hear(), "5:" + hex(card_.atr()));
  EXPECT_FALSE(server_.wait_until_ready(0ms)) << "QEMU has not accepted the ATR yet";
  qemu.say(VscType::error, "00000000");
  EXPECT_TRUE(server_.wait_until_ready(10s));
}

TEST_F(VscServerTest, removes_a_card_before_anybody_is_there) {
  server_.set_inserted(false);
  Peer qemu(socket_);
  qemu.hear();
  qemu.say(VscType::init, hex(vsc_init_payload()));
  qemu.hear();
  qemu.say(VscType::error, "00000000");
  EXPECT_TRUE(server_.wait_until_ready(10s));
  server_.set_inserted(true);
  EXPECT_EQ(qemu.hear(), "5:" + hex(card_.atr()));
}

TEST_F(VscServerTest, hangs_up_on_garbage_and_says_why) {
  Peer garbage(socket_);
  garbage.say_raw(Bytes(64, 0xee));
  EXPECT_EQ(garbage.hear().substr(0, 2), "1:");
  EXPECT_EQ(garbage.hear(), "end");
  Peer qemu(socket_);
  qemu.attach();
  EXPECT_TRUE(server_.wait_until_ready(10s)) << "and serves the next one";
}

TEST_F(VscServerTest, drains_commands_of_a_peer_that_does_not_read) {
  Peer qemu(socket_);
  qemu.attach();
  Bytes many;
  for (int i = 0; i < 2000; ++i) append_vsc(many, VscType::apdu, 0, from_hex("00cb3fff055c035fc10500"));
  // A blocking send: this test would hang here if the card waited for its own answers to be read.
  std::thread writer([&] { qemu.say_raw(many); });
  writer.join();
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(qemu.hear().size(), 2 + 258 * 2u);
}

/// A card that never answers.
class HungCard : public CardDevice {
 public:
  Bytes atr() override { return from_hex(kDefaultAtr); }
  Bytes transmit(ByteView) override {
    std::unique_lock lock(mutex_);
    hanging_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return abandoned_; });
    return {};
  }
  void reset() override {}
  void abandon() noexcept override {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }
  void wait_until_hanging() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return hanging_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hanging_ = false, abandoned_ = false;
};

TEST(VscServerWithAHungCard, still_drains_the_socket_takes_the_card_out_and_ends) {
  const TempDir folder(std::filesystem::temp_directory_path(), "vsc-");
  HungCard card;
  VscServer server(card, folder.path() / "card.sock");
  Peer qemu(folder.path() / "card.sock");
  qemu.attach();
  qemu.say(VscType::apdu, "0020008000");
  card.wait_until_hanging();
  // More than the socket's buffers hold: this send would block for ever without a reader.
  Bytes flushes;
  for (int i = 0; i < 100000; ++i) append_vsc(flushes, VscType::flush, 0, {});
  std::thread writer([&] { qemu.say_raw(flushes); });
  for (int i = 0; i < 100000; ++i) ASSERT_EQ(qemu.hear(), "9:");
  writer.join();
  server.set_inserted(false);
  EXPECT_EQ(qemu.hear(), "6:");
}

TEST(VscServerSocket, refuses_a_path_that_no_socket_can_have) {
  SmartCard card(std::make_unique<MemoryCardStore>(quick_card()));
  EXPECT_THROW(VscServer(card, "/tmp/" + std::string(120, 'x')), Error);
  EXPECT_THROW(VscServer(card, "/nowhere/at/all/card.sock"), Error);
}

TEST(VscServerSocket, replaces_a_left_socket_and_removes_its_own) {
  const TempDir folder(std::filesystem::temp_directory_path(), "vsc-");
  const auto path = folder.path() / "card.sock";
  SmartCard card(std::make_unique<MemoryCardStore>(quick_card()));
  write_file_atomically(path, "left by a crash");
  {
    const VscServer server(card, path);
    EXPECT_TRUE(Peer(path).connected);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace smx::vm
