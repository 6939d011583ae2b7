#include "reports/terminal/live.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <sstream>

#include "reports/terminal/plain.h"
#include "reports/terminal/progress.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// As much of a terminal as the live matrix uses: text, newline, return, cursor up, erase to the end of the
/// line and below. Lines wrap at its width, as a terminal's do.
class Screen {
 public:
  explicit Screen(std::size_t columns) : columns_(columns) {}

  void write(const std::string& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const char c = bytes[i];
      if (c == '\x1b') {
        i = escape(bytes, i);
      } else if (c == '\n') {
        down();
      } else if (c == '\r') {
        column_ = 0;
      } else {
        put(bytes, i);
      }
    }
  }
  /// Without the empty lines at the end.
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& row : rows_) {
      all.emplace_back();
      for (const auto& character : row) all.back() += character;
    }
    while (!all.empty() && all.back().empty()) all.pop_back();
    return all;
  }

 private:
  void down() {
    ++row_, column_ = 0;
    rows_.resize(std::max(rows_.size(), row_ + 1));
  }
  std::size_t escape(const std::string& bytes, std::size_t at) {
    const auto end = bytes.find_first_of("AJmK", at);
    EXPECT_NE(end, std::string::npos);
    const auto number = static_cast<std::size_t>(std::atoi(bytes.c_str() + at + 2));
    if (bytes[end] == 'A') {
      EXPECT_GE(row_, number) << "the cursor would leave the top";
      row_ -= std::min(row_, number);
    }
    if (bytes[end] == 'J') {
      EXPECT_FALSE(row_ == 0 && column_ == 0) << "tmux would keep a copy of the screen";
      rows_.resize(row_ + 1);
    }
    if (bytes[end] == 'J' || bytes[end] == 'K') rows_[row_].resize(std::min(rows_[row_].size(), column_));
    return end;
  }
  void put(const std::string& bytes, std::size_t& i) {
    std::size_t length = 1;
    while (i + length < bytes.size() && (static_cast<unsigned char>(bytes[i + length]) & 0xC0) == 0x80)
      ++length;
    if (column_ == columns_) down();
    auto& row = rows_[row_];
    row.resize(std::max(row.size(), column_ + 1), " ");
    row[column_++] = bytes.substr(i, length);
    i += length - 1;
  }

  std::size_t columns_, row_ = 0, column_ = 0;
  std::vector<std::vector<std::string>> rows_{1};
};

class LiveMatrixTest : public ::testing::Test {
 protected:
  LiveMatrixTest() {
    record.attempts.clear();
    record.boots.clear();
  }
  std::vector<std::string> screen() {
    Screen screen(size.columns);
    screen.write(out.str());
    return screen.lines();
  }
  const BootGroup& group(std::size_t i) { return record.plan.groups[i]; }
  void finish(const Attempt& attempt) {
    now += std::chrono::seconds(1);
    live.attempt_ended(record.plan.groups[0], attempt);
  }

  SampleRun run;
  RunRecord record = run.record;
  TerminalSize size{100, 40};
  LiveMatrix::SteadyTime now{std::chrono::hours(1)};
  std::ostringstream out;
  LiveMatrix live{{out, {false, true, 0}, [this] { return size; }, [this] { return now; }}};
};

TEST_F(LiveMatrixTest, fills_in_in_place) {
  live.run_started(record, false);
  EXPECT_EQ(screen()[0], "nightly   0 of 27 cells   0:00");
  const auto before = screen().size();
  finish(run.record.attempts[0]);
  EXPECT_EQ(screen()[0], "nightly   1 of 27 cells   0:01");
  EXPECT_EQ(screen().size(), before) << "redrawn, not appended";
  live.boot_started(group(0), 1);
  live.refresh();
  EXPECT_EQ(screen().size(), before + 1);
  live.boot_ended(group(0), run.record.boots[0]);
  live.refresh();
  EXPECT_EQ(screen().size(), before) << "a shorter picture leaves nothing of a longer one";
  EXPECT_THAT(screen(), Contains(HasSubstr("✓")));
}

TEST_F(LiveMatrixTest, shows_what_each_running_group_does) {
  live.run_started(record, false);
  live.boot_started(group(0), 1);
  now += std::chrono::seconds(2);
  live.boot_phase(group(0), "proving the boot mode");
  EXPECT_EQ(screen().back(), "▸ reference-linux/normal/virtual   boot 1   proving the boot mode");
  now += std::chrono::seconds(2);
  live.attempt_started(group(0), run.record.attempts[1]);
  EXPECT_EQ(screen().back(), "▸ reference-linux/normal/virtual   boot 1   pin-management");
  now += std::chrono::seconds(2);
  live.boot_ended(group(0), run.record.boots[0]);
  EXPECT_THAT(screen().back(), HasSubstr("16 Secure PIN channel"));
}

TEST_F(LiveMatrixTest, leaves_nothing_when_the_run_ends) {
  live.run_started(record, false);
  finish(run.record.attempts[0]);
  live.run_ended(run.record, run.judgement);
  EXPECT_TRUE(screen().empty());
  live.refresh();
  EXPECT_TRUE(screen().empty()) << "a late tick draws no more";
}

TEST_F(LiveMatrixTest, a_resumed_run_begins_with_what_is_known) {
  record.attempts = {run.record.attempts[0], run.record.attempts[1]};
  live.run_started(record, true);
  EXPECT_EQ(screen()[0], "nightly   2 of 27 cells   0:00");
}

TEST_F(LiveMatrixTest, no_line_wraps_in_a_narrow_window) {
  size = {28, 60};
  live.run_started(record, false);
  live.boot_started(group(0), 1);
  now += std::chrono::seconds(2);
  live.boot_phase(group(0), "something that is much longer than this window is wide");
  for (const auto& line : screen()) EXPECT_LT(display_width(line), 28u) << line;
  EXPECT_EQ(screen()[0], "nightly   0 of 27 cells   …");
}

TEST_F(LiveMatrixTest, a_low_window_has_a_line_for_each_group) {
  size = {100, 8};
  live.run_started(record, false);
  live.boot_started(group(1), 1);
  now += std::chrono::seconds(2);
  live.boot_phase(group(1), "starting the guest");
  EXPECT_EQ(screen(),
            (std::vector<std::string>{"nightly   0 of 27 cells   0:02",
                                      "▸ 0/9 reference-linux/safe-networking/virtual   starting the guest",
                                      "  0/9 reference-linux/normal/virtual",
                                      "  0/9 reference-linux/safe-minimal/virtual"}));
}

TEST_F(LiveMatrixTest, goes_back_over_lines_that_a_narrower_window_wrapped) {
  live.run_started(record, false);
  const auto drawn = screen();
  std::size_t rows = 0;
  size.columns = 30;
  for (const auto& line : drawn) rows += (display_width(line) + 29) / 30;
  out.str("");
  live.refresh();
  EXPECT_THAT(out.str(), ::testing::StartsWith("\r\x1b[" + std::to_string(rows) + "A"));
}

TEST_F(LiveMatrixTest, notes_stay_above_the_picture) {
  live.run_started(record, false);
  live.note("a warning\x1b[2J");
  EXPECT_EQ(screen()[0], "a warning\uFFFD[2J");
  EXPECT_THAT(screen()[1], HasSubstr("nightly"));
}

TEST_F(LiveMatrixTest, a_storm_of_events_is_one_picture) {
  live.run_started(record, false);
  out.str("");
  for (int i = 0; i < 100; ++i) live.attempt_ended(group(0), run.record.attempts[0]);
  EXPECT_EQ(out.str(), "");
  live.refresh();
  EXPECT_THAT(out.str(), HasSubstr("1 of 27"));
}

TEST_F(LiveMatrixTest, an_announced_failure_is_not_red_and_an_unexpected_one_is) {
  std::ostringstream colours;
  LiveMatrix coloured({colours, {true, true, 0}, [this] { return size; }, [this] { return now; }});
  coloured.run_started(record, false);
  const auto end = [&](const std::string& id) {
    auto attempt = run.record.attempts[0];
    attempt.cell = record.plan.cells[run.index("reference-linux/" + id)].id;
    attempt.observation.outcome = Outcome::failed;
    now += std::chrono::seconds(1);
    coloured.attempt_ended(group(0), attempt);
  };
  end("safe-minimal/virtual/pin-management");
  EXPECT_THAT(colours.str(), Not(HasSubstr("\x1b[1;31m✗")));
  end("safe-networking/virtual/pin-management");
  EXPECT_THAT(colours.str(), HasSubstr("\x1b[1;31m✗"));
}

/// A pseudo terminal: what make_progress asks of a real one.
TEST(Progress, is_live_on_a_terminal_unless_the_user_says_no) {
  const int controller = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(controller, 0);
  ASSERT_EQ(grantpt(controller) | unlockpt(controller), 0);
  const int fd = open(ptsname(controller), O_RDWR | O_NOCTTY);
  ASSERT_GE(fd, 0);
  const winsize window{30, 90, 0, 0};
  ASSERT_EQ(ioctl(fd, TIOCSWINSZ, &window), 0);
  std::ostringstream out;
  const auto is_live = [&] { return dynamic_cast<LiveMatrix*>(make_progress(out, fd).get()) != nullptr; };
  setenv("TERM", "xterm-256color", 1);
  unsetenv("NO_COLOR");
  EXPECT_TRUE(is_live());
  EXPECT_EQ(style_of(fd).columns, 90u);
  EXPECT_TRUE(style_of(fd).colour);
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(is_live());
  setenv("TERM", "xterm", 1);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(is_live());
  EXPECT_FALSE(style_of(fd).colour);
  unsetenv("NO_COLOR");
  close(fd);
  close(controller);
}

TEST(Progress, symbols_are_ascii_in_a_locale_without_utf8) {
  const int controller = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_EQ(grantpt(controller) | unlockpt(controller), 0);
  const int fd = open(ptsname(controller), O_RDWR | O_NOCTTY);
  ASSERT_GE(fd, 0);
  unsetenv("LC_CTYPE");
  setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(style_of(fd).unicode);
  setenv("LC_ALL", "C.UTF-8", 1);
  EXPECT_TRUE(style_of(fd).unicode);
  unsetenv("LC_ALL");
  close(fd);
  close(controller);
}

}  // namespace
}  // namespace smx::testing
