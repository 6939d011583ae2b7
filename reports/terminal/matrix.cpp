#include "reports/terminal/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace smx {
namespace {

constexpr std::size_t kLeastLabel = 16;  // columns that a scenario's words keep in the narrowest drawing
constexpr std::size_t kGap = 2;

/// The parts of a column's name that differ from column to column.
std::vector<std::string> column_names(const Grid& grid, const TerminalStyle& style) {
  std::set<std::string> targets, readers;
  for (const auto& c : grid.columns()) targets.insert(c.target), readers.insert(c.reader);
  std::vector<std::string> names;
  for (const auto& c : grid.columns()) {
    std::string text = targets.size() > 1 ? terminal_line(c.target, style) + "/" : "";
    text += name(c.mode);
    if (readers.size() > 1) text += "/" + terminal_line(c.reader, style);
    names.push_back(std::move(text));
  }
  return names;
}

std::size_t widest(const std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const auto& text : texts) width = std::max(width, display_width(text));
  return width;
}

class Drawing {
 public:
  Drawing(const Grid& grid, const TerminalStyle& style, const std::function<FieldLook(std::size_t)>& look)
      : grid_(grid), style_(style), look_(look) {
    for (const auto& row : grid.rows())
      labels_.push_back(fmt::format("{:>2}{} {}", row_label(row.row), row.row == kOwnCheck ? ":" : "",
                                    terminal_line(row.words, style)));
    label_width_ = widest(labels_);
  }

  std::vector<std::string> draw() {
    const auto count = grid_.columns().size();
    if (count == 0) return {};
    auto heads = column_names(grid_, style_);
    std::size_t total = 0;
    for (const auto& head : heads) total += display_width(head) + kGap;
    if (fits(total)) {
      block(heads, 0, count);
      return std::move(lines_);
    }
    const auto digits = std::to_string(count).size();
    for (std::size_t i = 0; i < count; ++i)
      lines_.push_back(
          cut(fmt::format(" {:>{}}  {}", i + 1, digits, terminal_line(grid_.columns()[i].prefix(), style_)),
              style_.columns, style_));
    for (std::size_t i = 0; i < count; ++i)
      heads[i] = fmt::format("{:>{}}", i + 1, std::max<std::size_t>(digits, 2));
    const auto each = display_width(heads[0]) + 1;
    fits(each * count);
    const auto room = style_.columns > label_width_ ? style_.columns - label_width_ : 0;
    const auto per_block = std::max<std::size_t>(room / each, 1);
    for (std::size_t from = 0; from < count; from += per_block)
      block(heads, from, std::min(from + per_block, count), 1);
    return std::move(lines_);
  }

 private:
  /// Whether columns of this width together leave room for the labels, which shrink to make it so.
  bool fits(std::size_t columns) {
    const auto longest = widest(labels_);
    label_width_ = longest;
    if (longest + columns <= style_.columns) return true;
    const auto least = std::min(longest, kLeastLabel);
    label_width_ = style_.columns > columns + least ? style_.columns - columns : least;
    return label_width_ + columns <= style_.columns &&
           label_width_ >= std::min<std::size_t>(longest, 2 * kLeastLabel);
  }

  void block(const std::vector<std::string>& heads, std::size_t from, std::size_t to,
             std::size_t gap = kGap) {
    std::string head(label_width_, ' ');
    for (auto c = from; c < to; ++c) head += std::string(gap, ' ') + heads[c];
    lines_.push_back(painted(cut(head, style_.columns, style_), Tone::neutral, style_));
    for (std::size_t r = 0; r < labels_.size(); ++r) {
      std::string line = fitted(labels_[r], label_width_, style_);
      std::size_t pad = 0;  // spaces owed before the next symbol, so that no line ends in spaces
      for (auto c = from; c < to; ++c) {
        const auto cell = grid_.at(r, c);
        const auto shown = cell ? look_(*cell) : FieldLook{" ", Tone::neutral};
        const auto width = display_width(heads[c]), used = display_width(shown.symbol);
        const auto left = (width - std::min(width, used)) / 2;
        line += std::string(pad + gap + left, ' ') + painted(shown.symbol, shown.tone, style_);
        pad = width - std::min(width, left + used);
      }
      lines_.push_back(std::move(line));
    }
  }

  const Grid& grid_;
  const TerminalStyle& style_;
  const std::function<FieldLook(std::size_t)>& look_;
  std::vector<std::string> labels_, lines_;
  std::size_t label_width_ = 0;
};

/// "✓ conforms   · not-covered", wrapped, for the verdicts that occur.
std::vector<std::string> legend(const Judgement& judgement, const TerminalStyle& style) {
  std::vector<std::string> lines;
  std::size_t used = 0;
  const auto add = [&](const std::string& symbol, Tone tone, std::string_view word) {
    const auto width = display_width(symbol) + 1 + word.size();
    if (lines.empty() || used + kGap + width > style.columns) lines.emplace_back(), used = 0;
    if (used > 0) lines.back() += std::string(kGap, ' '), used += kGap;
    lines.back() += painted(symbol, tone, style) + " " + std::string(word);
    used += width;
  };
  for (const auto& [verdict, count] : judgement.counts)
    if (count > 0) add(symbol(appearance(verdict), style), appearance(verdict).tone, name(verdict));
  if (judgement.flaky > 0) add("~", Tone::caution, "flaky");
  return lines;
}

}  // namespace

std::vector<std::string> draw_matrix(const Grid& grid, const TerminalStyle& style,
                                     const std::function<FieldLook(std::size_t)>& look) {
  return Drawing(grid, style, look).draw();
}

std::string terminal_matrix(const ReportInput& input, const TerminalStyle& style) {
  const auto look = [&](std::size_t cell) {
    const auto& verdict = input.judgement.cells.at(cell);
    const auto shown = appearance(verdict.verdict);
    return FieldLook{symbol(shown, style) + (verdict.flaky ? "~" : ""),
                     verdict.flaky ? Tone::caution : shown.tone};
  };
  std::string text;
  for (const auto& line : draw_matrix(Grid(input.record.plan), style, look)) text += line + "\n";
  text += "\n";
  for (const auto& line : legend(input.judgement, style)) text += line + "\n";
  return text;
}

}  // namespace smx
