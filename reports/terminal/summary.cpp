#include "reports/terminal/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/text.h"
#include "reports/common/details.h"
#include "reports/terminal/matrix.h"

namespace smx {
namespace {

constexpr std::size_t kAttentionLines = 20;
constexpr std::size_t kNarrow = 80;  // columns

/// Broken at spaces; continuation lines are indented by two.
std::string wrapped(std::string_view text, const TerminalStyle& style) {
  std::string out, line;
  const auto room = std::max<std::size_t>(style.columns, 20);
  while (!text.empty()) {
    const auto space = text.find(' ');
    const auto word = text.substr(0, space);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > room) {
      out += line + "\n";
      line = "  " + std::string(word);
    } else {
      line += (line.empty() ? "" : " ") + std::string(word);
    }
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return out + line + "\n";
}

std::string attention_lines(const ReportInput& input, const TerminalStyle& style) {
  const auto& verdicts = input.judgement.cells;
  const auto cells = attention_cells(input.judgement, true);
  std::string text;
  for (std::size_t n = 0; n < std::min(cells.size(), kAttentionLines); ++n) {
    const auto& verdict = verdicts[cells[n]];
    const auto shown = appearance(verdict.verdict);
    const auto lead =
        symbol(shown, style) + " " + std::string(name(verdict.verdict)) + (verdict.flaky ? ", flaky" : "");
    const auto rest =
        fmt::format("  {}: {}", terminal_line(input.record.plan.cells[cells[n]].id.str(), style),
                    terminal_line(verdict.reason, style));
    // One line each, except where a line would not even hold the cell's id.
    auto line = style.columns < kNarrow ? wrapped(lead + rest.substr(1), style)
                                        : cut(lead + rest, style.columns, style) + "\n";
    line.replace(0, lead.size(), painted(lead, verdict.flaky ? Tone::caution : shown.tone, style));
    text += line;
  }
  if (cells.size() > kAttentionLines)
    text += fmt::format("  and {} more\n", plural(cells.size() - kAttentionLines, "cell"));
  return text.empty() ? text : text + "\n";
}

Tone headline_tone(const ReportInput& input) {
  const auto code = input.judgement.exit_code;
  if (code == 0 && input.record.end == RunEnd::completed) return Tone::good;
  return code == 0 || code == 4 || code == 5 ? Tone::caution : Tone::bad;
}

}  // namespace

std::string terminal_summary(const ReportInput& input, const TerminalStyle& style,
                             const std::string& html_report) {
  const auto& record = input.record;
  const auto& judgement = input.judgement;
  auto text = terminal_matrix(input, style) + "\n" + attention_lines(input, style);
  if (record.end != RunEnd::completed)
    text +=
        painted(wrapped(fmt::format("The run is {}: what follows is partial.", end_words(record.end)), style),
                Tone::caution, style);
  for (const auto& warning : record.plan.warnings)
    text += wrapped("warning: " + terminal_line(warning, style), style);
  text += wrapped(coverage_sentence(record.plan, [&](std::string_view t) { return terminal_line(t, style); }),
                  style);
  if (const auto marks = unconfirmed_words(judgement); !marks.empty())
    text += wrapped(marks + " (safemode-matrix support-table confirm)", style);
  text += painted(terminal_line(judgement.headline, style), headline_tone(input), style) + "\n";
  if (!html_report.empty()) text += "report: " + html_report + "\n";
  return text;
}

}  // namespace smx
