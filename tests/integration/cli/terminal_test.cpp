#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/integration/cli/program.h"

// What only shows on a terminal, and output without a reader.

namespace smx {
namespace {

using testing::HasSubstr;

/// Reads until `text` has come, or the other side has closed.
std::string read_until(int fd, const std::string& text) {
  std::string all;
  char c = 0;
  while (all.find(text) == std::string::npos && ::read(fd, &c, 1) == 1) all.push_back(c);
  return all;
}

TEST_F(ProgramTest, ctrl_c_at_the_prompt_for_a_pin_ends_it_and_gives_the_echo_back) {
  const auto card = (dir.path() / "c.json").string();
  int terminal = -1;
  const auto child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(60);  // a prompt that does not wake must not keep the test waiting
    ::setenv("XDG_STATE_HOME", dir.path().c_str(), 1);
    ::execl(SMX_PROGRAM, SMX_PROGRAM, "card", "create", card.c_str(), nullptr);
    ::_exit(127);
  }
  ASSERT_THAT(read_until(terminal, "PIN: "), HasSubstr("PIN: "));
  termios settings{};
  ASSERT_EQ(::tcgetattr(terminal, &settings), 0);
  EXPECT_EQ(settings.c_lflag & static_cast<tcflag_t>(ECHO), 0u);
  ASSERT_EQ(::write(terminal, "12\x03", 3), 3);
  int status = 0;
  read_until(terminal, "never said");
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 130);
  ASSERT_EQ(::tcgetattr(terminal, &settings), 0);
  EXPECT_NE(settings.c_lflag & static_cast<tcflag_t>(ECHO), 0u);
  EXPECT_FALSE(std::filesystem::exists(card));
  ::close(terminal);
}

TEST_F(ProgramTest, output_that_cannot_be_written_is_an_error) {
  auto c = command({"plan"});
  c.argv = {"/bin/sh", "-c", "exec \"$0\" plan > /dev/full", SMX_PROGRAM};
  const auto r = run_command(c);
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_THAT(r.err, HasSubstr("standard output"));
}

}  // namespace
}  // namespace smx
