#include "reports/html/html_report.h"

#include <ctemplate/template.h>

#include <algorithm>

#include "harness/core/files.h"
#include "harness/core/text.h"
#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/html/expanded.h"
#include "reports/html/html_parts.h"

namespace smx {
namespace {

using ctemplate::TemplateDictionary;

constexpr std::size_t kOpenCells = 12;  // more than a person reads at once stay closed

void fill_head(TemplateDictionary& dict, const ReportInput& input) {
  const auto& record = input.record;
  const auto& judgement = input.judgement;
  const auto tone = run_tone(input);
  html::set_text(dict, "MATRIX_NAME", record.plan.matrix.name);
  html::set_text(dict, "RUN", record.info.id);
  html::set_text(dict, "HEADLINE", judgement.headline);
  html::set_text(dict, "VERSION", record.info.harness_version);
  dict.SetValue("TONE", std::string(name(tone)));
  dict.SetValue("SYMBOL", std::string(symbol_of(tone)));
  dict.SetValue("STARTED", time_words(record.info.started));
  dict.SetValue("END", std::string(end_words(record.end)));
  if (record.end != RunEnd::unfinished)
    dict.AddSectionDictionary("LASTED")->SetValue("TIME", duration_words(record.ended - record.info.started));
  if (record.end != RunEnd::completed) dict.ShowSection("PARTIAL");
  dict.SetIntValue("EXIT_CODE", judgement.exit_code);
  if (judgement.unconfirmed_marks > 0)
    dict.AddSectionDictionary("UNCONFIRMED")
        ->SetValue("MARKS", plural(static_cast<std::size_t>(judgement.unconfirmed_marks), "mark"));
}

void add_tally(TemplateDictionary& dict, std::string_view tone, std::string_view symbol,
               std::string_view verdict, int count) {
  auto& tally = *dict.AddSectionDictionary("TALLY");
  tally.SetValue("TONE", std::string(tone));
  tally.SetValue("SYMBOL", std::string(symbol));
  tally.SetValue("VERDICT", std::string(verdict));
  tally.SetIntValue("COUNT", count);
}

void fill_tallies(TemplateDictionary& dict, const Judgement& judgement) {
  for (const auto& [verdict, count] : judgement.counts)
    if (count > 0)
      add_tally(dict, name(appearance(verdict).tone), appearance(verdict).symbol, name(verdict), count);
  if (judgement.flaky > 0) add_tally(dict, name(Tone::caution), "~", "flaky", judgement.flaky);
}

void fill_attention(TemplateDictionary& dict, html::Page& page) {
  const auto cells = attention_cells(page.input.judgement);
  if (cells.empty()) {
    dict.ShowSection("ROUTINE");
    return;
  }
  auto& section = *dict.AddSectionDictionary("ATTENTION");
  section.SetValue("CELLS", plural(cells.size(), "cell"));
  for (const auto cell : cells) html::add_cell(section, page, cell, true, cells.size() <= kOpenCells);
}

/// Evidence in place, less what very many cells take by themselves: a page of 10 MiB still opens at once.
std::size_t inline_in_all(std::size_t cells) {
  constexpr std::size_t kBytesOfACell = 400, kLeast = 1u << 20;
  return std::max(kLeast, kInlineInAll - std::min(kInlineInAll, cells * kBytesOfACell));
}

html::Page page_of(const ReportInput& input) {
  const auto cells = input.record.plan.cells.size();
  const bool compact = cells > html::kManyCells;
  html::Page page{input,
                  Grid(input.record.plan),
                  RecordIndex(input.record),
                  {compact ? inline_in_all(cells) : kInlineInAll},
                  compact,
                  {},
                  {}};
  for (std::size_t i = 0; i < input.record.boots.size(); ++i)
    page.boot_numbers[&input.record.boots[i]] = i + 1;
  return page;
}

}  // namespace

std::string html_report(const ReportInput& input, const std::filesystem::path& templates) {
  TemplateDictionary dict("report");
  auto page = page_of(input);
  fill_head(dict, input);
  fill_tallies(dict, input.judgement);
  html::fill_matrix(dict, page);
  fill_attention(dict, page);
  html::fill_comparison(dict, page);
  html::fill_groups(dict, page);
  html::fill_background(dict, page);
  dict.AddIncludeDictionary("LOOK")->SetFilename("look.tpl");
  return html::expanded(templates, "report.tpl", dict, "the HTML report");
}

std::string html_report(const ReportInput& input) {
  return html_report(input, data_dir() / "html");
}

}  // namespace smx
