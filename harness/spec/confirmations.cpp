#include "harness/spec/confirmations.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "harness/spec/dates.h"
#include "harness/spec/fields.h"
#include "harness/spec/load.h"
#include "harness/spec/read.h"
#include "harness/spec/support_tables.h"

namespace smx::spec {
namespace {

std::vector<std::string> scenarios_of(const SupportTable& table) {
  std::vector<std::string> ids;
  for (const auto& row : table.rows) ids.push_back(row.scenario);
  return ids;
}

ConfirmedMark read_confirmation(const Value& value, const SupportTable& table) {
  Fields fields(value, "a confirmation");
  ConfirmedMark confirmed;
  if (const auto scenario = fields.required("scenario"))
    confirmed.scenario = read_word(*scenario, "scenario of this table", scenarios_of(table)).value_or("");
  confirmed.mode = fields.required_word(
      "mode", "safe mode", {BootMode::safe_networking, BootMode::safe_minimal, BootMode::safe_command_prompt},
      parse_boot_mode);
  confirmed.confirmation.mark =
      fields.required_word("mark", "mark to confirm", {Mark::supported, Mark::not_supported}, parse_mark);
  confirmed.confirmation.by = fields.required_text("by");
  if (const auto when = fields.required("when")) confirmed.confirmation.when = read_date(*when).value_or("");
  confirmed.confirmation.source = fields.required_text("source");
  fields.finish();
  return confirmed;
}

const TableRow& find_row(const SupportTable& table, const std::string& row) {
  std::vector<std::string> candidates = scenarios_of(table);
  for (const auto& candidate : table.rows)
    if (candidate.scenario == row || (candidate.row != 0 && std::to_string(candidate.row) == row))
      return candidate;
  throw Error(ErrorKind::usage, fmt::format("{} is no row of the support table {}; give its number or its "
                                            "scenario{}",
                                            quote(row), table.id, suggestion(row, candidates)));
}

void check_words(Mark mark, const std::string& by, const std::string& source, const std::string& date,
                 BootMode mode) {
  const auto refuse = [](const std::string& why) { throw Error(ErrorKind::usage, why); };
  if (mark == Mark::unknown)
    refuse("only \"supported\" or \"not-supported\" can be confirmed; \"unknown\" is what a mark is without");
  if (mode == BootMode::normal) refuse("normal mode is the control and has no mark to confirm");
  if (by.empty()) refuse("a confirmation needs the name of the person who gives it (--by NAME)");
  if (source.empty()) refuse("a confirmation says where the mark was read (--source TEXT)");
  for (const auto& text : {by, source})
    if (first_invalid_utf8(text)) refuse(fmt::format("{} is no UTF-8 text; write it otherwise", quote(text)));
  if (!is_date(date))
    refuse(fmt::format("{} is no date; write year-month-day such as 2026-11-24", quote(date)));
}

}  // namespace

std::filesystem::path confirmations_path(const std::filesystem::path& table) {
  return table.parent_path() / (table.stem().string() + ".confirmations.json");
}

std::vector<ConfirmedMark> read_confirmations(const Document& document, const SupportTable& table) {
  auto fields = file_fields(document, "a confirmations file");
  if (const auto of = fields.required("table")) (void)read_word(*of, "table of this file", {table.id});
  std::vector<ConfirmedMark> all;
  std::set<std::pair<std::string, BootMode>> seen;
  if (const auto list = fields.required("confirmations"))
    for (const auto& item : read_list(*list)) {
      auto confirmed = read_confirmation(item, table);
      if (!confirmed.scenario.empty() && !seen.emplace(confirmed.scenario, confirmed.mode).second)
        item.complain(fmt::format("{} in {} is confirmed twice; remove one", quote(confirmed.scenario),
                                  name(confirmed.mode)));
      all.push_back(std::move(confirmed));
    }
  fields.finish();
  return all;
}

std::string confirmations_text(const SupportTable& table, const std::vector<ConfirmedMark>& confirmed) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& row : table.rows)
    for (const auto mode : kBootModes)
      for (const auto& one : confirmed) {
        if (one.scenario != row.scenario || one.mode != mode) continue;
        list.push_back({{"scenario", one.scenario},
                        {"mode", name(one.mode)},
                        {"mark", name(one.confirmation.mark)},
                        {"by", one.confirmation.by},
                        {"when", one.confirmation.when},
                        {"source", one.confirmation.source}});
      }
  return nlohmann::ordered_json{{"format", 1}, {"table", table.id}, {"confirmations", list}}.dump(2) + "\n";
}

void apply_confirmations(SupportTable& table, const std::vector<ConfirmedMark>& confirmed) {
  for (const auto& one : confirmed) {
    auto mark = table.mark(one.scenario, one.mode);
    if (mark.mark != one.confirmation.mark)
      mark.why = fmt::format("{} confirmed it on {}; before that, the table said {}: {}", one.confirmation.by,
                             one.confirmation.when, name(mark.mark), mark.why);
    mark.mark = one.confirmation.mark;
    mark.confirmed = one.confirmation;
    for (auto& row : table.rows)
      if (row.scenario == one.scenario) row.marks[one.mode] = mark;
  }
}

void confirm_mark(const std::filesystem::path& table_file, const std::string& row, Mark mark,
                  const std::string& by, const std::string& source, const std::string& date, BootMode mode) {
  check_words(mark, by, source, date, mode);
  // One process at a time changes a table's confirmations. The lock is on the table's own file, so nothing is
  // left behind; when the table is not there, reading it says so.
  const auto lock = FileLock::wait_for(table_file);
  Problems problems;
  const auto document = read_document(table_file, problems);
  problems.throw_if_any();
  const auto table = read_support_table(*document, table_file);
  problems.throw_if_any();
  const auto& scenario = find_row(table, row).scenario;

  const auto path = confirmations_path(table_file);
  std::vector<ConfirmedMark> all;
  if (std::filesystem::exists(path)) {
    const auto earlier = read_document(path, problems);
    if (earlier) all = read_confirmations(*earlier, table);
    problems.throw_if_any();
  }
  std::erase_if(all, [&](const auto& c) { return c.scenario == scenario && c.mode == mode; });
  all.push_back({scenario, mode, {by, date, source, mark}});

  const auto text = confirmations_text(table, all);
  // What is written must be readable again, or the next run would refuse the table.
  const auto written = parse_document(path.string(), text, problems);
  if (written) (void)read_confirmations(*written, table);
  problems.throw_if_any();
  write_file_atomically(path, text);
}

}  // namespace smx::spec
