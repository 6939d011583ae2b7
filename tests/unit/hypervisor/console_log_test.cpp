#include "vm/hypervisor/console_log.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

TEST(HeadAndTail, keeps_everything_that_fits) {
  HeadAndTail log(4, 4);
  log.append("abc");
  log.append("defgh");
  EXPECT_EQ(log.text(), "abcdefgh");
  EXPECT_EQ(log.dropped(), 0u);
}

TEST(HeadAndTail, keeps_the_beginning_and_the_end_and_counts_the_rest) {
  for (std::size_t piece = 1; piece <= 26; ++piece) {
    HeadAndTail log(4, 5);
    const std::string all = "abcdefghijklmnopqrstuvwxyz";
    for (std::size_t i = 0; i < all.size(); i += piece) log.append(std::string_view(all).substr(i, piece));
    EXPECT_EQ(log.text(), "abcd\n[17 bytes of the console are not kept]\nvwxyz") << piece;
  }
}

class ConsoleLogTest : public ::testing::Test {
 protected:
  /// A connection as QEMU makes it; blocking, so that a log that does not read would hang the test.
  int connect() const {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, log_.socket().c_str());
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  static void send(int fd, const std::string& text) {
    EXPECT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  TempDir folder_{"/tmp", "smx-t"};
  ConsoleLog log_{folder_.path() / "console.sock"};
};

TEST_F(ConsoleLogTest, has_what_was_sent_as_soon_as_it_was) {
  const int guest = connect();
  send(guest, "Linux version 6.1\n");
  EXPECT_EQ(log_.text(), "Linux version 6.1\n");
  ::close(guest);
}

TEST_F(ConsoleLogTest, never_blocks_a_guest_that_prints_without_end) {
  const int guest = connect();
  for (int i = 0; i < 80; ++i) send(guest, std::string(65536, 'x'));
  send(guest, "last words");
  ::close(guest);
  std::string text;
  do text = log_.text();
  while (!text.ends_with("last words"));
  EXPECT_THAT(text, HasSubstr("bytes of the console are not kept"));
  EXPECT_LE(text.size(), (1u << 20) + 100);
}

TEST_F(ConsoleLogTest, goes_on_with_the_next_connection) {
  const int first = connect();
  send(first, "one ");
  ::close(first);
  EXPECT_EQ(log_.text(), "one ");
  const int second = connect();
  send(second, "two");
  EXPECT_EQ(log_.text(), "one two");
  ::close(second);
}

TEST(ConsoleLog, refuses_a_path_that_is_too_long_or_not_there) {
  EXPECT_THROW(ConsoleLog("/tmp/" + std::string(120, 'x')), Error);
  EXPECT_THROW(ConsoleLog("/no/such/folder/console.sock"), Error);
}

}  // namespace
}  // namespace smx::vm
