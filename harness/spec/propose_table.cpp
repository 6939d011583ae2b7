#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/spec/fields.h"
#include "harness/spec/support_tables.h"

namespace smx::spec {
namespace {

/// What a run says about one row in one mode, over all targets and readers.
struct Tally {
  int passed = 0, failed = 0, unclear = 0, not_applicable = 0;
  int total() const { return passed + failed + unclear + not_applicable; }
};

std::vector<const Attempt*> attempts_of(const RunRecord& run, const CellId& cell) {
  std::vector<const Attempt*> attempts;
  for (const auto& attempt : run.attempts)
    if (attempt.cell == cell) attempts.push_back(&attempt);
  return attempts;
}

bool control_passed_at_once(const RunRecord& run, CellId cell) {
  cell.mode = BootMode::normal;
  const auto attempts = attempts_of(run, cell);
  return !attempts.empty() && attempts.front()->observation.outcome == Outcome::passed;
}

/// A failure says something of the mode only when the control shows that the cell works without it. A crash
/// or a pass after a failure is nothing to build a contract on.
void count(const RunRecord& run, const CellId& cell, Tally& tally) {
  const auto attempts = attempts_of(run, cell);
  if (attempts.empty()) return;
  const auto outcome = attempts.back()->observation.outcome;
  if (outcome == Outcome::passed && attempts.size() == 1)
    ++tally.passed;
  else if (outcome == Outcome::not_applicable)
    ++tally.not_applicable;
  else if ((outcome == Outcome::failed || outcome == Outcome::timed_out) && control_passed_at_once(run, cell))
    ++tally.failed;
  else
    ++tally.unclear;
}

TableMark proposed(const Tally& tally, const std::string& run) {
  TableMark mark;
  mark.known = MarkSource::inferred;
  const int clear = tally.passed + tally.failed;
  const auto cells = plural(static_cast<std::size_t>(clear), "cell");
  if (clear > 0 && tally.unclear == 0 && (tally.passed == 0 || tally.failed == 0)) {
    mark.mark = tally.failed == 0 ? Mark::supported : Mark::not_supported;
    mark.why = tally.failed == 0
                   ? fmt::format("observed in run {}: passed in {}", run, cells)
                   : fmt::format("observed in run {}: failed in {} whose control passed", run, cells);
    return mark;
  }
  mark.mark = Mark::unknown;
  if (tally.total() == 0)
    mark.why = fmt::format("not observed in run {}", run);
  else
    mark.why = fmt::format("observed in run {}: {} passed, {} failed, {} unclear, {} not applicable", run,
                           tally.passed, tally.failed, tally.unclear, tally.not_applicable);
  return mark;
}

bool is_id_text(const std::string& id) {
  Problems problems;
  const auto document = parse_document(
      "", nlohmann::json(id).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), problems);
  return document && read_id(document->root()).has_value();
}

nlohmann::ordered_json marks_json(const std::map<BootMode, TableMark>& marks) {
  auto object = nlohmann::ordered_json::object();
  for (const auto& [mode, mark] : marks)
    object[std::string(name(mode))] = {
        {"mark", name(mark.mark)}, {"known", name(mark.known)}, {"why", mark.why}};
  return object;
}

}  // namespace

SupportTable propose_table(const RunRecord& run, const std::string& owner, const std::string& id) {
  if (!is_id_text(id))
    throw Error(ErrorKind::usage,
                quote(id) + " is no id for a table; use lower-case letters, digits and \"-\"");
  if (owner.empty())
    throw Error(ErrorKind::usage, "a proposed table needs an owner who reviews it (--owner NAME)");
  std::set<BootMode> modes;
  std::set<std::string> targets;
  for (const auto& attempt : run.attempts) {
    if (attempt.cell.mode == BootMode::normal) continue;
    modes.insert(attempt.cell.mode);
    targets.insert(attempt.cell.target);
  }
  if (modes.empty())
    throw Error(ErrorKind::usage,
                fmt::format("run {} has no attempt in a safe mode to propose marks from; run a "
                            "matrix with safe-networking",
                            run.info.id));
  SupportTable table;
  table.id = id;
  table.document = fmt::format("Proposed from run {}, to be reviewed by {}", run.info.id, owner);
  table.section = "Marks observed, none confirmed";
  table.applies_to.assign(targets.begin(), targets.end());
  for (const auto& scenario : run.plan.catalogue.scenarios) {
    TableRow row{scenario.row, scenario.id, scenario.words, {}};
    for (const auto mode : modes) {
      Tally tally;
      for (const auto& cell : run.plan.cells)
        if (cell.id.scenario == scenario.id && cell.id.mode == mode) count(run, cell.id, tally);
      row.marks[mode] = proposed(tally, run.info.id);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string support_table_text(const SupportTable& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    auto entry = nlohmann::ordered_json::object();
    if (row.row != 0) entry["row"] = row.row;
    entry["scenario"] = row.scenario;
    entry["words"] = row.words;
    entry["marks"] = marks_json(row.marks);
    rows.push_back(std::move(entry));
  }
  const nlohmann::ordered_json file{{"format", 1},
                                    {"id", table.id},
                                    {"document", table.document},
                                    {"section", table.section},
                                    {"applies_to", table.applies_to},
                                    {"defaults", marks_json(table.defaults)},
                                    {"rows", rows}};
  return file.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace smx::spec
