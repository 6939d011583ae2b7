#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/spec/confirmations.h"
#include "harness/spec/fields.h"
#include "harness/spec/json_files.h"
#include "harness/spec/load.h"
#include "harness/spec/read.h"

namespace smx::spec {
namespace {

TableMark read_mark(const Value& value) {
  Fields fields(value, "a mark");
  TableMark mark;
  mark.mark = fields.required_word("mark", "mark", kMarks, parse_mark);
  mark.known = fields.required_word("known", "way to know a mark",
                                    {MarkSource::stated, MarkSource::inferred, MarkSource::unknown},
                                    parse_mark_source);
  mark.why = fields.required_text("why");
  fields.finish();
  if (mark.mark == Mark::unknown && mark.known == MarkSource::stated)
    value.complain("an unknown mark cannot be stated; say \"inferred\" or \"unknown\"");
  if (mark.mark != Mark::unknown && mark.known == MarkSource::unknown)
    value.complain("a mark whose source is unknown is itself \"unknown\"");
  return mark;
}

std::map<BootMode, TableMark> read_marks(Fields& fields, std::string_view key) {
  std::map<BootMode, TableMark> marks;
  const auto value = fields.optional(key);
  if (!value) return marks;
  Fields each(*value, fmt::format("\"{}\"", key));
  for (const auto mode : kBootModes) {
    if (mode == BootMode::normal) continue;
    if (const auto mark = each.optional(name(mode))) marks[mode] = read_mark(*mark);
  }
  if (value->member("normal")) {
    (void)each.optional("normal");
    value->member("normal")->complain_at_key("normal mode is the control and has no mark; remove it");
  }
  each.finish();
  return marks;
}

TableRow read_row(const Value& value) {
  Fields fields(value, "a row");
  TableRow row;
  if (const auto number = fields.optional("row"))
    row.row = static_cast<int>(read_integer(*number, 1, 16).value_or(0));
  if (const auto scenario = fields.required("scenario")) row.scenario = read_id(*scenario).value_or("");
  row.words = fields.required_text("words");
  row.marks = read_marks(fields, "marks");
  fields.finish();
  return row;
}

/// The document's order is the rows' order, checks without a row follow, and each is there once.
void check_against_others(const Value& value, const TableRow& row, const std::vector<TableRow>& earlier) {
  for (const auto& other : earlier)
    if (!row.scenario.empty() && other.scenario == row.scenario)
      value.member("scenario")
          ->complain(other.row != 0
                         ? fmt::format("{} already is the scenario of row {}", quote(row.scenario), other.row)
                         : fmt::format("{} is already in this table", quote(row.scenario)));
  if (row.row == 0 || earlier.empty()) return;
  if (earlier.back().row == 0)
    value.member("row")->complain(
        fmt::format("row {} stands behind a check without a row; the document's rows come first", row.row));
  else if (row.row <= earlier.back().row)
    value.member("row")->complain(
        fmt::format("row {} stands behind row {}; rows stand in the document's order, each once", row.row,
                    earlier.back().row));
}

/// Complaints about the confirmations go to the same problems.
std::vector<ConfirmedMark> load_confirmations(const std::filesystem::path& table_file,
                                              const SupportTable& table, Problems& problems) {
  const auto path = confirmations_path(table_file);
  std::error_code trouble;
  if (!std::filesystem::exists(path, trouble) && !trouble) return {};
  const auto document = read_document(path, problems);
  return document ? read_confirmations(*document, table) : std::vector<ConfirmedMark>{};
}

}  // namespace

SupportTable read_support_table(const Document& document, const std::filesystem::path& path) {
  auto fields = file_fields(document, "a support table");
  SupportTable table;
  const auto id = fields.required("id");
  if (id) table.id = read_id(*id).value_or("");
  if (!table.id.empty() && table.id != path.stem().string())
    id->complain(fmt::format("a table's file is called after its id: \"{}\", or rename the file",
                             path.stem().string()));
  table.document = fields.required_text("document");
  table.section = fields.text("section");
  table.applies_to = fields.texts("applies_to", [](const Value& v) { return read_text(v, 200); });
  table.defaults = read_marks(fields, "defaults");
  if (const auto rows = fields.required("rows"))
    for (const auto& item : read_list(*rows, 1)) {
      auto row = read_row(item);
      check_against_others(item, row, table.rows);
      table.rows.push_back(std::move(row));
    }
  fields.finish();
  return table;
}

SupportTable load_support_table(const std::filesystem::path& path) {
  Problems problems;
  SupportTable table;
  if (const auto document = read_document(path, problems)) {
    table = read_support_table(*document, path);
    // Of a broken table the rows are not known well enough to say that a confirmation has none.
    if (problems.empty()) apply_confirmations(table, load_confirmations(path, table, problems));
  }
  problems.throw_if_any();
  return table;
}

std::map<std::string, SupportTable> load_support_tables(const std::filesystem::path& folder) {
  std::map<std::string, SupportTable> tables;
  std::string troubles;
  for (const auto& file : json_files(folder, "support table")) {
    try {
      auto table = load_support_table(file);
      tables[table.id] = std::move(table);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::usage) throw;
      troubles += (troubles.empty() ? "" : "\n") + std::string(error.what());
    }
  }
  if (!troubles.empty()) throw Error(ErrorKind::usage, troubles);
  return tables;
}

}  // namespace smx::spec
