#include <ctemplate/template.h>

#include "harness/core/text.h"
#include "reports/common/details.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

using ctemplate::TemplateDictionary;

void fill_coverage(TemplateDictionary& dict, const Plan& plan) {
  const auto found = coverage(plan);
  dict.SetValue("COVERAGE_WORDS", coverage_words(found));
  if (found.gaps.empty()) return;
  auto& section = *dict.AddSectionDictionary("GAPS");
  for (const auto& gap : found.gaps) {
    auto& entry = *section.AddSectionDictionary("GAP");
    set_text(entry, "WAITS_FOR", gap.waits_for);
    set_text(entry, "TARGETS", joined(gap.targets));
    for (const auto& scenario : gap.scenarios) {
      auto& line = *entry.AddSectionDictionary("SCENARIO");
      set_text(line, "TITLE", row_title(scenario.row, scenario.words));
    }
  }
}

/// The modes that the run judges against a table; normal mode is the control.
std::set<BootMode> judged_modes(const Page& page) {
  std::set<BootMode> modes;
  for (const auto& column : page.grid.columns())
    if (column.mode != BootMode::normal) modes.insert(column.mode);
  return modes;
}

void add_table(TemplateDictionary& dict, const SupportTable& table, const std::set<BootMode>& modes) {
  auto& section = *dict.AddSectionDictionary("TABLE");
  set_text(section, "ID", table.id);
  set_text(section, "DOCUMENT", table.document);
  set_text(section, "HEADING", table.section);
  set_text(section, "APPLIES", joined(table.applies_to));
  for (const auto mode : modes)
    section.AddSectionDictionary("TABLE_MODE")->SetValue("MODE", std::string(name(mode)));
  for (const auto& row : table.rows) {
    auto& line = *section.AddSectionDictionary("TABLE_ROW");
    set_text(line, "TITLE", row_title(row.row, row.words));
    for (const auto mode : modes) {
      const auto mark = table.mark(row.scenario, mode);
      auto& field = *line.AddSectionDictionary("TABLE_MARK");
      set_text(field, "MARK", expectation_words(mark));
      if (!mark.why.empty()) set_text(*field.AddSectionDictionary("WHY"), "TEXT", mark.why);
    }
  }
}

void add_fact(TemplateDictionary& dict, const std::string& key, const std::string& value) {
  auto& entry = *dict.AddSectionDictionary("ENVIRONMENT");
  set_text(entry, "KEY", key);
  set_text(entry, "VALUE", value);
}

}  // namespace

void fill_background(TemplateDictionary& dict, const Page& page) {
  const auto& record = page.input.record;
  fill_coverage(dict, record.plan);
  const auto modes = judged_modes(page);
  if (!modes.empty())
    for (const auto& [id, table] : record.plan.tables) add_table(dict, table, modes);
  if (!record.plan.warnings.empty()) {
    auto& section = *dict.AddSectionDictionary("WARNINGS");
    for (const auto& warning : record.plan.warnings)
      set_text(*section.AddSectionDictionary("WARNING"), "TEXT", warning);
  }
  if (!record.plan.matrix.waivers.empty()) {
    auto& section = *dict.AddSectionDictionary("WAIVERS");
    for (const auto& waiver : record.plan.matrix.waivers) {
      auto& line = *section.AddSectionDictionary("WAIVER");
      set_text(line, "CELL", waiver.cell);
      set_text(line, "OWNER", waiver.owner);
      set_text(line, "REASON", waiver.reason);
      set_text(line, "EXPIRES", waiver.expires);
    }
  }
  add_fact(dict, "run", record.info.id);
  add_fact(dict, "matrix", record.plan.matrix.file);
  add_fact(dict, "safemode-matrix", record.info.harness_version);
  for (const auto& [key, value] : record.info.environment) add_fact(dict, key, value);
}

}  // namespace smx::html
