#include <ctemplate/template.h>

#include <fmt/format.h>

#include <array>
#include <set>

#include "reports/common/appearance.h"
#include "reports/html/html_parts.h"
#include "reports/signoff/sign_off_parts.h"

namespace smx::signoff_page {
namespace {

using ctemplate::TemplateDictionary;
using html::set_text;

struct Meaning {
  Verdict verdict;
  const char* words;
};

constexpr std::array kMeanings = {
    Meaning{Verdict::conforms, "conforms: as the support table says"},
    Meaning{Verdict::control_ok, "control-ok: passed in normal mode"},
    Meaning{Verdict::works_unsupported, "works-unsupported: passed, though not promised"},
    Meaning{Verdict::observed, "observed: no table says what to expect"},
    Meaning{Verdict::deviates, "deviates from the support table"},
    Meaning{Verdict::deviates_unconfirmed, "deviates-unconfirmed: from an unconfirmed mark"},
    Meaning{Verdict::control_broken, "control-broken: fails in normal mode"},
    Meaning{Verdict::waived, "waived: a reviewed waiver permits it"},
    Meaning{Verdict::inconclusive, "inconclusive: blocked, not proven, not run"},
    Meaning{Verdict::not_applicable, "not-applicable"},
    Meaning{Verdict::not_covered, "not-covered: not implemented for this target yet"},
};

void add_grid_field(TemplateDictionary& line, const Statement& s, std::optional<std::size_t> cell) {
  auto& field = *line.AddSectionDictionary("FIELD");
  if (!cell) {
    field.SetValue("TONE", "neutral");
    return;
  }
  const auto& verdict = s.input.judgement.cells[*cell];
  const auto shown = appearance(verdict.verdict);
  field.SetValue("TONE", std::string(name(verdict.flaky ? Tone::caution : shown.tone)));
  field.SetValue("SYMBOL", std::string(shown.symbol));
  // What conforms needs no title: it is most of the page.
  if (needs_attention(verdict))
    field.AddSectionDictionary("TITLED")->SetValue("VERDICT", std::string(name(verdict.verdict)));
  if (verdict.flaky) field.ShowSection("FLAKY");
}

void add_legend(TemplateDictionary& dict, std::string_view tone, std::string_view symbol, const char* words) {
  auto& entry = *dict.AddSectionDictionary("LEGEND");
  entry.SetValue("TONE", std::string(tone));
  entry.SetValue("SYMBOL", std::string(symbol));
  entry.SetValue("WORDS", words);
}

}  // namespace

void fill_grid(TemplateDictionary& dict, const Statement& s) {
  const Grid grid(s.input.record.plan);
  std::size_t own_checks = 0;
  for (const auto& row : grid.rows()) {
    // A column is two characters wide: checks of one's own are numbered apart from the document's rows.
    const bool own = row.row == kOwnCheck;
    const auto column = own ? fmt::format("o{}", ++own_checks) : std::to_string(row.row);
    dict.AddSectionDictionary("COLUMN")->SetValue("NUMBER", column);
    auto& entry = *dict.AddSectionDictionary("ROW");
    entry.SetValue("NUMBER", column);
    set_text(entry, "WORDS", own ? "own check: " + row.words : row.words);
  }
  for (std::size_t c = 0; c < grid.columns().size(); ++c) {
    const auto& machine = grid.columns()[c];
    auto& line = *dict.AddSectionDictionary("LINE");
    set_text(line, "PLACE", machine.target + ", " + std::string(name(machine.mode)) + ", " + machine.reader);
    for (std::size_t r = 0; r < grid.rows().size(); ++r) add_grid_field(line, s, grid.at(r, c));
  }
  for (const auto& meaning : kMeanings) {
    const auto found = s.input.judgement.counts.find(meaning.verdict);
    const auto shown = appearance(meaning.verdict);
    if (found != s.input.judgement.counts.end() && found->second > 0)
      add_legend(dict, name(shown.tone), shown.symbol, meaning.words);
  }
  if (s.input.judgement.flaky > 0)
    add_legend(dict, name(Tone::caution), "~", "flaky: passed, but not at the first attempt");
}

}  // namespace smx::signoff_page
