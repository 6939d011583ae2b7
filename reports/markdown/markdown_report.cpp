#include "reports/markdown/markdown_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/compare/compare.h"
#include "harness/core/text.h"
#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/comparison/comparison_text.h"
#include "reports/markdown/markdown_text.h"

namespace smx {
namespace {

constexpr std::size_t kSentence = 300, kId = 400;  // bytes
constexpr std::size_t kRows = 30;                  // more than a person reads in a comment
constexpr std::size_t kWarnings = 10;
constexpr std::size_t kChanges = 10;  // each at most four times kSentence
constexpr std::size_t kCoverage = 4000;

std::string heading(const ReportInput& input) {
  auto text = fmt::format("## {} safemode-matrix: {}\n\n", symbol_of(run_tone(input)),
                          markdown_text(input.record.plan.matrix.name, kSentence));
  // Never first on its line: "1." there would be a list.
  text += fmt::format("**Result:** {}\n\n", markdown_text(input.judgement.headline, kSentence));
  if (input.record.end != RunEnd::completed)
    text += fmt::format("**The run is {}: this is a partial report.**\n\n", end_words(input.record.end));
  return text;
}

std::string tallies(const Judgement& judgement) {
  std::string text;
  const auto add = [&](int count, std::string_view symbol, std::string_view word) {
    text += fmt::format("{}**{}** {} {}", text.empty() ? "" : ", ", count, symbol, word);
  };
  for (const auto& [verdict, count] : judgement.counts)
    if (count > 0) add(count, appearance(verdict).symbol, name(verdict));
  if (judgement.flaky > 0) add(judgement.flaky, "\\~", "flaky");
  return text.empty() ? text : text + "\n\n";
}

std::string attention_row(const ReportInput& input, std::size_t cell) {
  const auto& verdict = input.judgement.cells[cell];
  return fmt::format("| {} | {} | {}{} | {} |\n", appearance(verdict.verdict).symbol,
                     markdown_code(input.record.plan.cells[cell].id.str(), kId), name(verdict.verdict),
                     verdict.flaky ? ", flaky" : "", markdown_text(verdict.reason, kSentence));
}

/// At most `room` bytes.
std::string attention(const ReportInput& input, std::size_t room) {
  const auto cells = attention_cells(input.judgement);
  if (cells.empty()) return "";
  std::string text = "### Needs attention\n\n| | Cell | Verdict | Why |\n|---|---|---|---|\n";
  std::size_t shown = 0;
  for (; shown < std::min(cells.size(), kRows); ++shown) {
    constexpr std::size_t kRest = 40;  // "\nand N more cells\n\n"
    const auto row = attention_row(input, cells[shown]);
    if (text.size() + row.size() + kRest > room) break;
    text += row;
  }
  if (shown < cells.size()) text += fmt::format("\nand {}\n", plural(cells.size() - shown, "more cell"));
  return text + "\n";
}

std::string coverage_lines(const ReportInput& input) {
  auto text =
      coverage_sentence(input.record.plan, [](std::string_view t) { return markdown_text(t, kSentence); });
  // Cut where no code span can be open.
  if (text.size() > kCoverage) text = coverage_words(coverage(input.record.plan));
  text += ".";
  if (const auto marks = unconfirmed_words(input.judgement); !marks.empty()) text += " " + marks + ".";
  return text + "\n\n";
}

std::string warnings(const Plan& plan) {
  std::string text;
  for (std::size_t i = 0; i < std::min(plan.warnings.size(), kWarnings); ++i)
    text += "- warning: " + markdown_text(plan.warnings[i], kSentence) + "\n";
  if (plan.warnings.size() > kWarnings)
    text += fmt::format("- and {}\n", plural(plan.warnings.size() - kWarnings, "more warning"));
  return text.empty() ? text : text + "\n";
}

std::string change_row(const compare::Comparison& comparison, const compare::CellChange& change) {
  std::string differs = change.suspects.empty() ? "nothing that is known of" : "";
  if (!change.suspects.empty()) {
    const auto& first = comparison.differences.at(change.suspects.front());
    differs = fmt::format("{} {}", name(first.kind), markdown_text(first.name, kSentence));
    if (change.suspects.size() > 1)
      differs += fmt::format(" and {}", plural(change.suspects.size() - 1, "other"));
  }
  const auto since = change.first_bad.empty() ? "" : ", since " + markdown_code(change.first_bad, kSentence);
  return fmt::format("| {} | {} | {} → {}{} | {} |\n", appearance(change.change).symbol,
                     markdown_code(change.cell.str(), kId), markdown_text(change.was, kSentence),
                     markdown_text(change.is, kSentence), since, differs);
}

/// What changed since the baseline: regressions and losses in a table, the rest counted.
std::string comparison_part(const compare::Comparison* comparison) {
  if (!comparison) return "";
  auto text = fmt::format("### Since {}\n\n{} {}\n\n", markdown_code(comparison->baseline, kSentence),
                          symbol_of(comparison_tone(comparison->exit_code)), counts_words(*comparison));
  std::size_t shown = 0, worse = 0;
  for (const auto& change : comparison->cells) {
    if (!compare::counts(change)) continue;
    if (++worse > kChanges) continue;
    if (shown++ == 0) text += "| | Cell | Was → is | Differs |\n|---|---|---|---|\n";
    text += change_row(*comparison, change);
  }
  if (worse > shown) text += fmt::format("\nand {}\n", plural(worse - shown, "more cell"));
  return shown > 0 ? text + "\n" : text;
}

/// Which run this was, and where there is more.
std::string about(const ReportInput& input) {
  const auto& record = input.record;
  const auto run = markdown_code(record.info.id, kSentence);
  const auto lasted = record.end == RunEnd::unfinished
                          ? std::string()
                          : ", " + duration_words(record.ended - record.info.started);
  return fmt::format(
      "Run {}, {}{}, exit code {}, matrix {}, safemode-matrix {}. Every check and its evidence are in the "
      "run's report.html; `safemode-matrix report` with this run's id makes it again.\n",
      run, time_words(record.info.started), lasted, input.judgement.exit_code,
      markdown_code(record.plan.matrix.file, kSentence),
      markdown_text(record.info.harness_version, kSentence));
}

}  // namespace

std::string markdown_report(const ReportInput& input) {
  // Every part is bounded; the table takes what the others leave.
  const auto head = heading(input) + tallies(input.judgement) + comparison_part(input.comparison);
  const auto tail = coverage_lines(input) + warnings(input.record.plan) + about(input);
  return head + attention(input, kMarkdownLimit - head.size() - tail.size()) + tail;
}

}  // namespace smx
