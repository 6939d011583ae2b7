#include <ctemplate/template.h>

#include <algorithm>

#include "harness/compare/compare.h"
#include "harness/core/text.h"
#include "reports/comparison/comparison_text.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

using ctemplate::TemplateDictionary;

constexpr std::size_t kMostChanges = 100;
constexpr std::size_t kMostSuspects = 10;
constexpr std::size_t kOpenChanges = 5;

std::string or_nothing(const std::string& text) {
  return text.empty() ? "(nothing)" : text;
}

void add_suspects(TemplateDictionary& dict, const compare::Comparison& comparison,
                  const compare::CellChange& change) {
  using compare::Change;
  if (change.suspects.empty() && (change.change == Change::regressed || change.change == Change::lost))
    dict.ShowSection("NOTHING");
  for (std::size_t i = 0; i < std::min(change.suspects.size(), kMostSuspects); ++i) {
    const auto& difference = comparison.differences.at(change.suspects[i]);
    auto& suspect = *dict.AddSectionDictionary("SUSPECT");
    suspect.SetValue("KIND", std::string(name(difference.kind)));
    set_text(suspect, "NAME", difference.name, kFactValue);
    if (!difference.scope.empty())
      set_text(*suspect.AddSectionDictionary("SCOPE"), "OF", difference.scope, kFactValue);
    set_text(suspect, "BEFORE", or_nothing(difference.was), kFactValue);
    set_text(suspect, "NOW", or_nothing(difference.is), kFactValue);
  }
}

void add_change(TemplateDictionary& dict, const compare::Comparison& comparison,
                const compare::CellChange& change, bool open) {
  auto& entry = *dict.AddSectionDictionary("CHANGE");
  const auto shown = smx::appearance(change.change);
  entry.SetValue("TONE", std::string(name(shown.tone)));
  entry.SetValue("SYMBOL", std::string(shown.symbol));
  entry.SetValue("CLASS", std::string(name(change.change)));
  set_text(entry, "ID", change.cell.str(), kFactValue);
  set_text(entry, "IS", or_nothing(change.is), kFactValue);
  if (open) entry.ShowSection("OPEN");
  if (change.waived) entry.ShowSection("WAIVED");
  if (!change.was.empty()) set_text(*entry.AddSectionDictionary("WAS"), "TEXT", change.was, kFactValue);
  if (!change.message.empty()) set_text(*entry.AddSectionDictionary("MESSAGE"), "TEXT", change.message);
  add_suspects(entry, comparison, change);
  if (!change.last_good.empty() || !change.first_bad.empty()) {
    auto& since = *entry.AddSectionDictionary("SINCE");
    set_text(since, "GOOD", or_nothing(change.last_good));
    set_text(since, "BAD", or_nothing(change.first_bad));
  }
  for (const auto& divergence : change.divergences) {
    auto& line = *entry.AddSectionDictionary("DIVERGENCE");
    set_text(line, "WHERE", divergence.where, kFactValue);
    set_text(line, "BEFORE", or_nothing(divergence.was), kFactValue);
    set_text(line, "NOW", or_nothing(divergence.is), kFactValue);
  }
}

}  // namespace

void fill_comparison(TemplateDictionary& dict, const Page& page) {
  const auto* comparison = page.input.comparison;
  if (!comparison) return;
  auto& section = *dict.AddIncludeDictionary("COMPARISON");
  section.SetFilename("comparison.tpl");
  section.SetValue("TONE", std::string(name(comparison_tone(comparison->exit_code))));
  set_text(section, "HEADLINE", comparison->headline);
  set_text(section, "BASELINE", comparison->baseline);
  section.SetValue("COUNTS", counts_words(*comparison));
  const auto& cells = comparison->cells;
  for (std::size_t i = 0; i < std::min(cells.size(), kMostChanges); ++i)
    add_change(section, *comparison, cells[i],
               i < kOpenChanges && cells[i].change == compare::Change::regressed);
  if (cells.size() > kMostChanges)
    section.AddSectionDictionary("MORE")->SetValue("CELLS", plural(cells.size() - kMostChanges, "more cell"));
}

}  // namespace smx::html
