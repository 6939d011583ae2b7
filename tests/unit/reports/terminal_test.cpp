#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "reports/terminal/matrix.h"
#include "reports/terminal/plain.h"
#include "reports/terminal/progress.h"
#include "reports/terminal/summary.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(TerminalStyle, width_counts_columns_not_bytes) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("–…✓"), 3u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(TerminalStyle, cut_never_splits_a_character_nor_passes_the_width) {
  const TerminalStyle style;
  EXPECT_EQ(cut("abcdef", 6, style), "abcdef");
  EXPECT_EQ(cut("abcdef", 5, style), "abcd…");
  EXPECT_EQ(cut("日本語", 4, style), "日…");
  EXPECT_EQ(cut("abc", 0, style), "");
  EXPECT_EQ(fitted("ab", 4, style), "ab  ");
  EXPECT_EQ(cut("abcdef", 5, TerminalStyle{false, false, 80}), "abcd~");
}

TEST(TerminalStyle, a_terminal_without_utf8_gets_ascii) {
  EXPECT_EQ(terminal_line("Certutil –scinfo ✓ it’s", {false, false, 80}), "Certutil -scinfo ? it's");
  EXPECT_EQ(terminal_line("Certutil –scinfo ✓", {false, true, 80}), "Certutil –scinfo ✓");
  SampleRun run;
  for (const char c : terminal_summary(run.input(), {false, false, 60}, ""))
    EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(TerminalMatrix, no_line_is_wider_than_the_terminal) {
  RoutineRun run(12);  // 36 columns
  for (const std::size_t columns : {30u, 40u, 60u, 80u, 100u, 200u}) {
    const auto picture = draw_matrix(Grid(run.record.plan), {false, true, columns}, [](std::size_t) {
      return FieldLook{"✗~", Tone::bad};
    });
    for (const auto& line : picture) EXPECT_LE(display_width(line), columns) << line;
  }
}

TEST(TerminalMatrix, every_cell_is_drawn_once_at_every_width) {
  RoutineRun run(12);
  for (const std::size_t columns : {20u, 30u, 60u, 100u, 300u}) {
    std::vector<int> drawn(run.record.plan.cells.size());
    draw_matrix(Grid(run.record.plan), {false, true, columns}, [&](std::size_t cell) {
      ++drawn[cell];
      return FieldLook{"x", Tone::good};
    });
    EXPECT_EQ(drawn, std::vector<int>(drawn.size(), 1)) << columns;
  }
}

TEST(TerminalMatrix, names_the_modes_above_where_there_is_room) {
  RoutineRun run(1);
  EXPECT_THAT(lines_of(terminal_matrix(run.input(), {false, true, 100}))[0],
              HasSubstr("normal  safe-networking"));
  const auto narrow = lines_of(terminal_matrix(run.input(), {false, true, 40}));
  EXPECT_THAT(narrow[0], StartsWith(" 1  reference-linux/normal/virtual"));
}

TEST(TerminalMatrix, colour_only_when_wanted) {
  SampleRun run;
  EXPECT_THAT(terminal_matrix(run.input(), {true, true, 100}), HasSubstr("\x1b[1;31m"));
  EXPECT_THAT(terminal_matrix(run.input(), {false, true, 100}), Not(HasSubstr("\x1b")));
}

TEST(TerminalSummary, tells_the_worst_first_then_coverage_marks_and_the_report) {
  SampleRun run;
  const auto text = terminal_summary(run.input(), {false, true, 100}, "/runs/1/report.html");
  const auto broken = text.find("! control-broken  reference-linux/normal/virtual/credui");
  const auto deviates = text.find("✗ deviates  reference-linux/safe-networking/virtual/pin-management");
  const auto coverage =
      text.find("9 of 16 scenarios covered; not covered: rows 1, 2, 15 wait for a domain controller");
  const auto marks = text.find("7 marks used here");
  const auto headline = text.find("2 cells deviate, 1 control is broken\n");
  const auto where = text.find("report: /runs/1/report.html\n");
  EXPECT_LT(broken, deviates);
  EXPECT_LT(deviates, coverage);
  EXPECT_LT(coverage, marks);
  EXPECT_LT(marks, headline);
  EXPECT_LT(headline, where);
  EXPECT_NE(where, std::string::npos);
}

TEST(TerminalSummary, guests_cannot_write_escape_sequences) {
  SampleRun run;
  for (auto& v : run.judgement.cells)
    v.reason =
        "\x1b[2Jgone\nnext\x9b"
        "31m";
  const auto text = terminal_summary(run.input(), {false, true, 200}, "");
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\nnext")));
}

TEST(TerminalSummary, says_when_the_run_is_partial) {
  SampleRun run;
  EXPECT_THAT(terminal_summary(run.input(), {}, ""), Not(HasSubstr("partial")));
  run.record.end = RunEnd::interrupted;
  EXPECT_THAT(terminal_summary(run.input(), {}, ""), HasSubstr("The run is interrupted"));
}

TEST(PlainProgress, writes_one_line_an_event) {
  SampleRun run;
  std::ostringstream out;
  PlainProgress plain(out);
  auto start = run.record;
  start.attempts.clear();
  const auto& group = run.record.plan.groups[0];
  plain.run_started(start, false);
  plain.boot_started(group, 1);
  plain.boot_phase(group, "proving the boot mode\x1b[2J");
  plain.attempt_started(group, run.record.attempts[0]);
  plain.attempt_ended(group, run.record.attempts[0]);
  plain.boot_ended(group, run.record.boots[0]);
  plain.note("disk nearly full");
  plain.run_ended(run.record, run.judgement);
  EXPECT_EQ(out.str(),
            "run 20261124-093012-5f3c started: 27 cells in 3 boot groups\n"
            "reference-linux/normal/virtual: boot 1\n"
            "reference-linux/normal/virtual: proving the boot mode\uFFFD[2J\n"
            "[1/27] reference-linux/normal/virtual/unlock-workstation: attempt 1 in boot 1, 1.3 s: passed\n"
            "reference-linux/normal/virtual: boot 1 ended after 12.3 s: mode proven, reader proven\n"
            "disk nearly full\n"
            "run 20261124-093012-5f3c completed: 2 cells deviate, 1 control is broken\n");
}

TEST(Progress, is_plain_where_there_is_no_terminal) {
  std::ostringstream out;
  const auto progress = make_progress(out, -1);
  EXPECT_NE(dynamic_cast<PlainProgress*>(progress.get()), nullptr);
  EXPECT_FALSE(style_of(-1).colour);
  EXPECT_TRUE(style_of(-1).unicode);
}

}  // namespace
}  // namespace smx::testing
