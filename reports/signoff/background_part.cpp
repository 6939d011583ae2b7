#include <ctemplate/template.h>
#include <fmt/format.h>

#include "harness/core/text.h"
#include "reports/common/details.h"
#include "reports/html/html_parts.h"
#include "reports/signoff/sign_off_parts.h"

namespace smx::signoff_page {
namespace {

using ctemplate::TemplateDictionary;
using html::set_text;

void fill_gaps(TemplateDictionary& dict, const Statement& s) {
  dict.SetValue("COVERED_CELLS", plural(static_cast<std::size_t>(s.input.judgement.covered), "cell"));
  dict.SetIntValue("UNCOVERED_CELLS", s.input.judgement.not_covered);
  if (s.coverage.gaps.empty()) return;
  auto& section = *dict.AddSectionDictionary("GAPS");
  for (const auto& gap : s.coverage.gaps) {
    auto& entry = *section.AddSectionDictionary("GAP");
    set_text(entry, "WAITS_FOR", gap.waits_for);
    set_text(entry, "TARGETS", joined(gap.targets), 4000);
    for (const auto& scenario : gap.scenarios) {
      auto& line = *entry.AddSectionDictionary("SCENARIO");
      set_text(line, "TITLE", row_title(scenario.row, scenario.words));
    }
  }
}

std::string words_of(const Statement::Rows& rows) {
  return rows_words({rows.begin(), rows.end()});
}

/// What the run left out: a passed cell of another run is no part of this bundle's evidence.
void fill_unchanged(TemplateDictionary& dict, const RunInfo& info) {
  if (info.unchanged.empty()) return;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> scenarios;
  for (const auto& cell : info.unchanged)
    scenarios[{Grid::Column{cell.cell.target, cell.cell.mode, cell.cell.reader}.prefix(), cell.run}].insert(
        cell.cell.scenario);
  auto& section = *dict.AddSectionDictionary("UNCHANGED");
  section.SetValue("CELLS", plural(info.unchanged.size(), "cell"));
  for (const auto& [place_and_run, names] : scenarios) {
    auto& line = *section.AddSectionDictionary("LEFT_OUT");
    set_text(line, "PLACE", place_and_run.first);
    set_text(line, "EARLIER", place_and_run.second);
    set_text(line, "SCENARIOS", joined({names.begin(), names.end()}), 2000);
  }
}

void fill_not_run(TemplateDictionary& dict, const Statement& s) {
  fill_unchanged(dict, s.input.record.info);
  if (s.not_run.empty()) {
    if (s.input.record.info.unchanged.empty()) dict.ShowSection("ALL_RUN");
    return;
  }
  std::map<std::string, Statement::Rows> rows;
  for (const auto i : s.not_run) {
    const auto& cell = s.input.record.plan.cells[i];
    rows[Grid::Column{cell.id.target, cell.id.mode, cell.id.reader}.prefix()].insert(
        {cell.row, cell.id.scenario, cell.words});
  }
  auto& section = *dict.AddSectionDictionary("NOT_RUN");
  section.SetValue("CELLS", plural(s.not_run.size(), "cell"));
  for (const auto& [place, numbers] : rows) {
    auto& line = *section.AddSectionDictionary("WHERE");
    set_text(line, "PLACE", place);
    set_text(line, "ROWS", words_of(numbers), 4000);
  }
}

void fill_unconfirmed(TemplateDictionary& dict, const Statement& s) {
  if (s.unconfirmed.empty()) {
    dict.ShowSection("ALL_CONFIRMED");
    return;
  }
  std::map<std::pair<std::string, BootMode>, std::string> lines;
  for (const auto& mark : s.unconfirmed) {
    auto& words = lines[{mark.table, mark.mode}];
    const auto row = mark.row == kOwnCheck ? "own check " + mark.scenario : std::to_string(mark.row);
    words += fmt::format("{}{} {}", words.empty() ? "" : "; ", row, expectation_words(mark.mark));
  }
  auto& section = *dict.AddSectionDictionary("UNCONFIRMED");
  for (const auto& [place, words] : lines) {
    auto& line = *section.AddSectionDictionary("MARKS");
    set_text(line, "PLACE",
             fmt::format("{}, {}", place.first.empty() ? "no table" : place.first, name(place.second)));
    set_text(line, "ROWS", words, 4000);
  }
}

void fill_subjects(TemplateDictionary& dict, const SignOff& sign_off) {
  for (const auto& subject : sign_off.subjects) {
    auto& line = *dict.AddSectionDictionary("SUBJECT");
    set_text(line, "KIND", subject.kind);
    set_text(line, "NAME", subject.name);
    set_text(line, "IDENTITY",
             subject.sha256.empty() || subject.id.empty() ? subject.sha256 + subject.id
                                                          : subject.sha256 + " (" + subject.id + ")");
  }
}

/// The words for a person; proven_words is for a single cell.
std::string how_far(const std::string& proven) {
  if (proven == "real") return "real: it was run on what it is for";
  const auto words = proven_words(proven);
  return words.empty() ? proven : words;
}

}  // namespace

void fill_background(TemplateDictionary& dict, const Statement& s) {
  fill_gaps(dict, s);
  fill_not_run(dict, s);
  fill_unconfirmed(dict, s);
  fill_subjects(dict, s.sign_off);
  for (const auto& [key, rows] : s.proven) {
    auto& line = *dict.AddSectionDictionary("PROVEN");
    line.SetValue("KIND", std::string(name(key.first)));
    set_text(line, "HOW", how_far(key.second));
    set_text(line, "ROWS", words_of(rows), 4000);
  }
  for (const auto& [key, value] : s.input.record.info.environment) {
    auto& line = *dict.AddSectionDictionary("ENVIRONMENT");
    set_text(line, "KEY", key);
    set_text(line, "VALUE", value);
  }
  const auto& warnings = s.input.record.plan.warnings;
  if (warnings.empty()) return;
  auto& section = *dict.AddSectionDictionary("WARNINGS");
  for (const auto& warning : warnings) set_text(*section.AddSectionDictionary("WARNING"), "TEXT", warning);
}

}  // namespace smx::signoff_page
