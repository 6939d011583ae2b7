#include <ctemplate/template.h>

#include "reports/common/appearance.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

using ctemplate::TemplateDictionary;

constexpr std::size_t kColumnsWithWords = 6;  // more, and the symbols stand alone to the eye

void add_head(TemplateDictionary& row, const std::string& text, std::size_t span, bool control) {
  auto& head = *row.AddSectionDictionary("HEAD");
  set_text(head, "TEXT", text);
  head.SetIntValue("SPAN", static_cast<long>(span));
  head.SetValue("SCOPE", span > 1 ? "colgroup" : "col");
  if (control) head.ShowSection("CONTROL");
}

/// Neighbouring columns with one key share a header cell.
template <class Key, class Text>
void add_heads(TemplateDictionary& matrix, const std::vector<Grid::Column>& columns, Key key, Text text,
               bool modes, std::size_t corner_rows = 0) {
  auto& row = *matrix.AddSectionDictionary("HEAD_ROW");
  if (corner_rows > 0)
    row.AddSectionDictionary("CORNER")->SetIntValue("HEAD_ROWS", static_cast<long>(corner_rows));
  for (std::size_t from = 0, to = 0; from < columns.size(); from = to) {
    while (to < columns.size() && key(columns[to]) == key(columns[from])) ++to;
    add_head(row, text(columns[from]), to - from, modes && columns[from].mode == BootMode::normal);
  }
}

void fill_heads(TemplateDictionary& matrix, const Page& page) {
  const auto& columns = page.grid.columns();
  std::set<std::string> readers;
  for (const auto& c : columns) readers.insert(c.reader);
  add_heads(
      matrix, columns, [](const auto& c) { return c.target; }, [](const auto& c) { return c.target; }, false,
      readers.size() < 2 ? 2 : 3);
  add_heads(
      matrix, columns, [](const auto& c) { return std::pair(c.target, c.mode); },
      [](const auto& c) { return std::string(name(c.mode)); }, true);
  if (readers.size() < 2) {
    if (!readers.empty()) set_text(*matrix.AddSectionDictionary("ONE_READER"), "READER", *readers.begin());
    return;
  }
  add_heads(
      matrix, columns, [](const auto& c) { return c; }, [](const auto& c) { return c.reader; }, false);
}

bool is_dense(const Page& page) {
  return page.grid.columns().size() > kColumnsWithWords;
}

void add_field(TemplateDictionary& row, const Page& page, std::optional<std::size_t> cell) {
  auto& field = *row.AddSectionDictionary("FIELD");
  if (!cell) {
    field.ShowSection("NO_CELL");
    return;
  }
  const auto& verdict = page.input.judgement.cells[*cell];
  const auto shown = appearance(verdict.verdict);
  const bool covered = verdict.verdict != Verdict::not_covered;
  auto& present = *field.AddSectionDictionary(is_dense(page) ? "DENSE_PRESENT" : "PRESENT");
  present.SetValue("TONE", std::string(name(verdict.flaky ? Tone::caution : shown.tone)));
  present.SetValue("SYMBOL", std::string(shown.symbol));
  present.SetValue("VERDICT", std::string(name(verdict.verdict)));
  present.SetIntValue("N", static_cast<long>(*cell));
  if (verdict.flaky) present.ShowSection("FLAKY");
  if (covered)
    present.ShowSection("COVERED");
  else
    present.ShowSection("UNCOVERED");
}

}  // namespace

void fill_matrix(TemplateDictionary& dict, const Page& page) {
  auto& matrix = *dict.AddIncludeDictionary("MATRIX");
  matrix.SetFilename("matrix.tpl");
  fill_heads(matrix, page);
  if (is_dense(page)) matrix.ShowSection("DENSE");
  for (std::size_t r = 0; r < page.grid.rows().size(); ++r) {
    auto& row = *matrix.AddSectionDictionary("ROW");
    if (const auto number = page.grid.rows()[r].row; number == kOwnCheck)
      row.ShowSection("OWN_CHECK");
    else
      row.AddSectionDictionary("NUMBERED")->SetIntValue("NUMBER", number);
    set_text(row, "WORDS", page.grid.rows()[r].words);
    for (std::size_t c = 0; c < page.grid.columns().size(); ++c) add_field(row, page, page.grid.at(r, c));
  }
}

}  // namespace smx::html
