#include "reports/comparison/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "harness/core/text.h"

namespace smx {
namespace {

using compare::CellChange;
using compare::Change;
using compare::Comparison;

constexpr std::size_t kMostCells = 20;
constexpr std::size_t kMostSuspects = 5;
constexpr std::size_t kMostDifferences = 20;

/// Hashes by their first twelve digits: two that differ are then both on the line.
std::string with_short_hashes(std::string_view text) {
  constexpr std::size_t kHash = 32, kKept = 12;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto end = std::min(text.find_first_not_of("0123456789abcdef", i), text.size());
    const auto digits = end - i;
    out += text.substr(i, digits >= kHash ? kKept : digits);
    if (digits >= kHash) out += "…";
    if (end < text.size()) out += text[end];
    i = end + 1;
  }
  return out;
}

std::string or_nothing(const std::string& text, const TerminalStyle& style) {
  return text.empty() ? "(nothing)" : terminal_line(text, style);
}

constexpr std::size_t kIndent = 14;  // of a list's lines, behind their label

/// On one line where that holds both values, else on two: what is cut off is mostly what differs.
std::string change_line(const std::string& what, const std::string& was, const std::string& is,
                        const TerminalStyle& style) {
  const auto first = fmt::format("{}: {}", what, or_nothing(with_short_hashes(was), style));
  const auto second = "-> " + or_nothing(with_short_hashes(is), style);
  const auto one = first + " " + second;
  if (kIndent + display_width(one) <= style.columns) return one;
  return first + "\n" + second;
}

std::string difference_line(const compare::Difference& d, const TerminalStyle& style) {
  const auto scope = d.scope.empty() ? "" : fmt::format(" ({})", terminal_line(d.scope, style));
  return change_line(fmt::format("{} {}{}", name(d.kind), terminal_line(d.name, style), scope), d.was, d.is,
                     style);
}

/// "    differs: …", the label on the first line only.
void add_list(std::string& text, std::string_view label, const std::vector<std::string>& entries,
              std::size_t most, const TerminalStyle& style) {
  for (std::size_t i = 0; i < std::min(entries.size(), most); ++i) {
    std::istringstream lines(entries[i]);
    bool first = i == 0;
    for (std::string line; std::getline(lines, line); first = false)
      text += cut(fmt::format("    {:9} {}", first ? label : "", line), style.columns, style) + "\n";
  }
  if (entries.size() > most) text += fmt::format("    {:9} and {} more\n", "", entries.size() - most);
}

std::vector<std::string> suspects_of(const Comparison& comparison, const CellChange& change,
                                     const TerminalStyle& style) {
  std::vector<std::string> lines;
  for (const auto i : change.suspects) lines.push_back(difference_line(comparison.differences.at(i), style));
  if (lines.empty() && (change.change == Change::regressed || change.change == Change::lost))
    lines.push_back("nothing that is known of: look at the evidence, and whether the cell is flaky");
  return lines;
}

std::string since_words(const CellChange& change, const TerminalStyle& style) {
  if (change.last_good.empty() && change.first_bad.empty()) return "";
  return fmt::format("last good {}, first bad {}", or_nothing(change.last_good, style),
                     or_nothing(change.first_bad, style));
}

std::string cell_text(const Comparison& comparison, const CellChange& change, const TerminalStyle& style) {
  const auto shown = appearance(change.change);
  const auto lead = symbol(shown, style) + " " + std::string(name(change.change));
  auto text = painted(lead, shown.tone, style) + "  " + terminal_line(change.cell.str(), style) +
              (change.waived ? " (waived)\n" : "\n");
  if (change.change == Change::gone) return text;
  const auto message = change.message.empty() ? "" : ": " + terminal_line(change.message, style);
  const auto was = change.was.empty() ? "" : fmt::format("was {}, ", terminal_line(change.was, style));
  text +=
      cut(fmt::format("    {}is {}{}", was, terminal_line(change.is, style), message), style.columns, style) +
      "\n";
  add_list(text, "differs:", suspects_of(comparison, change, style), kMostSuspects, style);
  if (const auto since = since_words(change, style); !since.empty())
    add_list(text, "since:", {since}, 1, style);
  std::vector<std::string> divergences;
  for (const auto& d : change.divergences)
    divergences.push_back(change_line(terminal_line(d.where, style), d.was, d.is, style));
  add_list(text, "evidence:", divergences, kMostSuspects, style);
  return text;
}

}  // namespace

std::string counts_words(const Comparison& comparison) {
  std::string text;
  for (const auto& [change, count] : comparison.counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name(change));
  return text;
}

Tone comparison_tone(int exit_code) {
  return exit_code == 0 ? Tone::good : exit_code == 4 ? Tone::caution : Tone::bad;
}

Appearance appearance(Change change) {
  switch (change) {
    case Change::regressed: return {"✗", "X", Tone::bad};
    case Change::lost: return {"?", "?", Tone::caution};
    case Change::changed: return {"≠", "#", Tone::caution};
    case Change::gone: return {"–", "-", Tone::neutral};
    case Change::fixed: return {"✓", "=", Tone::good};
    case Change::new_result: return {"+", "+", Tone::neutral};
    case Change::same: break;
  }
  return {"·", ".", Tone::neutral};
}

std::string comparison_text(const Comparison& comparison, const TerminalStyle& style) {
  auto text = fmt::format("run {} against {}\n\n", terminal_line(comparison.run, style),
                          terminal_line(comparison.baseline, style));
  for (std::size_t i = 0; i < std::min(comparison.cells.size(), kMostCells); ++i)
    text += cell_text(comparison, comparison.cells[i], style);
  if (comparison.cells.size() > kMostCells)
    text +=
        fmt::format("and {} (--json has all)\n", plural(comparison.cells.size() - kMostCells, "more cell"));
  if (!comparison.cells.empty()) text += "\n";
  if (!comparison.differences.empty()) text += "between the runs\n";
  std::vector<std::string> lines;
  for (const auto& d : comparison.differences) lines.push_back(difference_line(d, style));
  add_list(text, "differs:", lines, kMostDifferences, style);
  text += counts_words(comparison) + "\n";
  return text +
         painted(terminal_line(comparison.headline, style), comparison_tone(comparison.exit_code), style) +
         "\n";
}

}  // namespace smx
