#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/history/content.h"
#include "harness/history/dictionary.h"
#include "harness/history/history.h"
#include "harness/history/rows.h"

// What is asked of a history. Results are read a whole run at a time and looked through here: that is faster
// than any index over a million of them, and needs none.

namespace smx::history {
namespace {

constexpr const char* kColumns =
    "SELECT seq, id, matrix, started, ended, end, headline, exit_code, folder, signed, cells, passed, "
    "failed, "
    "flaky FROM run";

TimePoint time_of(const SQLite::Column& column) {
  return TimePoint(Milliseconds(column.getInt64()));
}

RunLine line_of(SQLite::Statement& row) {
  RunLine line;
  line.id = row.getColumn(1).getString();
  line.matrix = row.getColumn(2).getString();
  line.started = time_of(row.getColumn(3));
  line.ended = time_of(row.getColumn(4));
  line.end = parse_run_end(row.getColumn(5).getString()).value_or(RunEnd::unfinished);
  line.headline = row.getColumn(6).getString();
  line.exit_code = row.getColumn(7).getInt();
  line.folder = row.getColumn(8).getString();
  line.is_signed = row.getColumn(9).getInt() != 0;
  line.cells = row.getColumn(10).getInt();
  line.passed = row.getColumn(11).getInt();
  line.failed = row.getColumn(12).getInt();
  line.flaky = row.getColumn(13).getInt();
  return line;
}

bool matches(const std::string& pattern, std::string_view text) {
  return pattern.empty() || glob_match(pattern, text);
}

/// "PATTERN" in a driver's name, version or hash; the pattern's ends are open.
bool is_driver(const std::string& pattern, const compare::Input& input) {
  return input.kind == compare::InputKind::driver &&
         glob_match("*" + pattern + "*", input.name + " " + input.value);
}

std::vector<std::string> tags_of(SQLite::Database& db, std::int64_t seq) {
  SQLite::Statement query(db, "SELECT tag FROM tag WHERE run = ? ORDER BY tag");
  query.bind(1, seq);
  std::vector<std::string> tags;
  while (query.executeStep()) tags.push_back(query.getColumn(0).getString());
  return tags;
}

bool has_input(std::string_view packed, const std::vector<bool>& wanted) {
  const auto numbers = unpack_numbers(packed);
  return std::any_of(numbers.begin(), numbers.end(),
                     [&](std::uint32_t n) { return n < wanted.size() && wanted[n]; });
}

}  // namespace

bool Filter::of_cells() const {
  return !target.empty() || !mode.empty() || !reader.empty() || !scenario.empty();
}

bool Filter::means(const CellId& cell) const {
  return matches(target, cell.target) && matches(mode, name(cell.mode)) && matches(reader, cell.reader) &&
         matches(scenario, cell.scenario);
}

std::vector<History::Row> History::rows(const Filter& filter) const {
  std::string sql =
      std::string(kColumns) + " WHERE started >= ? AND started < ? ORDER BY started DESC, seq DESC";
  SQLite::Statement query(*db_, sql);
  const auto bound = [](std::optional<TimePoint> time, std::int64_t otherwise) {
    return time ? std::int64_t{time->time_since_epoch().count()} : otherwise;
  };
  query.bind(1, bound(filter.since, INT64_MIN));
  query.bind(2, bound(filter.until, INT64_MAX));
  ContentReader content(*db_);
  const auto drivers = filter.driver.empty() ? std::vector<bool>()
                                             : dictionary_->inputs_that([&](const compare::Input& input) {
                                                 return is_driver(filter.driver, input);
                                               });
  std::vector<Row> rows;
  while ((filter.limit == 0 || rows.size() < filter.limit) && query.executeStep()) {
    Row row{query.getColumn(0).getInt64(), line_of(query)};
    if (!filter.matrix.empty() && filter.matrix != row.line.matrix) continue;
    if (!filter.driver.empty() && !has_input(content.inputs(row.seq), drivers)) continue;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<RunLine> History::runs(const Filter& filter) const {
  return guarded([&] {
    auto without_limit = filter;
    if (filter.of_cells()) without_limit.limit = 0;  // a run without such a cell is not counted
    ContentReader content(*db_);
    const auto wanted = filter.of_cells()
                            ? dictionary_->cells_that([&](const CellId& cell) { return filter.means(cell); })
                            : std::vector<bool>();
    std::unordered_map<std::uint32_t, std::optional<Outcome>> outcomes;
    std::vector<RunLine> lines;
    for (auto& row : rows(without_limit)) {
      if (filter.of_cells()) {
        Tally tally;
        const PackedResults results(content.results(row.seq));
        for (std::size_t i = 0; i < results.size(); ++i) {
          if (const auto cell = results.cell(i); cell >= wanted.size() || !wanted[cell]) continue;
          const auto packed = results.at(i);
          const auto [known, fresh] = outcomes.try_emplace(packed.outcome);
          if (fresh) known->second = parse_outcome(dictionary_->text(packed.outcome));
          tally.count(known->second, (packed.flags & kFlaky) != 0);
        }
        if (tally.cells == 0) continue;
        row.line.cells = tally.cells;
        row.line.passed = tally.passed;
        row.line.failed = tally.failed;
        row.line.flaky = tally.flaky;
      }
      row.line.tags = tags_of(*db_, row.seq);
      lines.push_back(std::move(row.line));
      if (filter.limit != 0 && lines.size() == filter.limit) break;
    }
    return lines;
  });
}

History::Row History::row(const std::string& run) const {
  SQLite::Statement query(*db_, std::string(kColumns) + " WHERE id = ?");
  query.bind(1, run);
  if (!query.executeStep()) throw Error(ErrorKind::usage, "the history does not know the run " + run);
  Row row{query.getColumn(0).getInt64(), line_of(query)};
  row.line.tags = tags_of(*db_, row.seq);
  return row;
}

RunLine History::line(const std::string& run) const {
  return guarded([&] { return row(run).line; });
}

std::string History::find(const std::string& name) const {
  return guarded([&] {
    SQLite::Statement latest(*db_, "SELECT id FROM run ORDER BY started DESC, seq DESC LIMIT 1");
    if (!latest.executeStep())
      throw Error(
          ErrorKind::usage,
          "the history is empty; `safemode-matrix run` adds to it, and `history import` what is there");
    const auto newest = latest.getColumn(0).getString();
    if (name == "latest") return newest;
    SQLite::Statement tagged(*db_, "SELECT run.id FROM tag JOIN run ON run.seq = tag.run WHERE tag = ?");
    tagged.bind(1, name);
    if (tagged.executeStep()) return tagged.getColumn(0).getString();
    SQLite::Statement query(*db_, "SELECT id FROM run WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 10");
    query.bind(1, static_cast<std::int64_t>(name.size()));
    query.bind(2, name);
    std::vector<std::string> ids;
    while (!name.empty() && query.executeStep()) ids.push_back(query.getColumn(0).getString());
    if (ids.size() == 1 || (!ids.empty() && ids.front() == name)) return ids.front();
    if (ids.size() > 1)
      throw Error(ErrorKind::usage, fmt::format("\"{}\" begins {} or more: {}", name,
                                                plural(ids.size(), "run"), fmt::join(ids, ", ")));
    throw Error(ErrorKind::usage,
                fmt::format("the history has no run and no tag \"{}\"; the latest run is {}", name, newest));
  });
}

compare::CellResult History::result(const PackedResult& packed) const {
  compare::CellResult r;
  r.id = dictionary_->cell(packed.cell);
  r.covered = (packed.flags & kCovered) != 0;
  r.flaky = (packed.flags & kFlaky) != 0;
  if (packed.outcome != 0) r.outcome = parse_outcome(dictionary_->text(packed.outcome));
  r.cause = dictionary_->text(packed.cause);
  r.message = dictionary_->text(packed.message);
  r.verdict = parse_verdict(dictionary_->text(packed.verdict)).value_or(Verdict::inconclusive);
  r.mark = parse_mark(dictionary_->text(packed.mark)).value_or(Mark::unknown);
  r.input_key = dictionary_->text(packed.input_key);
  r.from_run = dictionary_->text(packed.from_run);
  return r;
}

compare::RunSummary History::summary(const std::string& run) const {
  return guarded([&] {
    const auto row = this->row(run);
    compare::RunSummary summary;
    summary.id = row.line.id;
    summary.matrix = row.line.matrix;
    summary.started = row.line.started;
    summary.ended = row.line.ended;
    summary.end = row.line.end;
    summary.headline = row.line.headline;
    summary.exit_code = row.line.exit_code;
    SQLite::Statement version(*db_, "SELECT version FROM run WHERE seq = ?");
    version.bind(1, row.seq);
    if (version.executeStep()) summary.harness_version = version.getColumn(0).getString();
    ContentReader content(*db_);
    const PackedResults results(content.results(row.seq));
    for (std::size_t i = 0; i < results.size(); ++i) summary.cells.push_back(result(results.at(i)));
    for (const auto number : unpack_numbers(content.inputs(row.seq)))
      summary.inputs.push_back(dictionary_->input(number));
    return summary;
  });
}

std::vector<CellLine> History::of_cell(const CellId& cell, const Filter& filter) const {
  return guarded([&] {
    std::vector<CellLine> lines;
    const auto wanted = dictionary_->find_cell(cell);
    if (wanted == 0) return lines;
    auto without_limit = filter;
    without_limit.limit = 0;
    ContentReader content(*db_);
    for (const auto& row : rows(without_limit)) {
      const PackedResults results(content.results(row.seq));
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (results.cell(i) != wanted) continue;
        lines.push_back({row.line.id, row.line.started, result(results.at(i))});
        break;
      }
      if (filter.limit != 0 && lines.size() == filter.limit) break;
    }
    return lines;
  });
}

std::vector<CellLine> History::newest_results(const std::string& matrix) const {
  return guarded([&] {
    Filter filter;
    filter.matrix = matrix;
    std::vector<bool> seen;
    std::vector<CellLine> lines;
    ContentReader content(*db_);
    for (const auto& row : rows(filter)) {
      const PackedResults results(content.results(row.seq));
      for (std::size_t i = 0; i < results.size(); ++i) {
        const auto packed = results.at(i);
        if (packed.outcome == 0) continue;
        if (seen.size() <= packed.cell) seen.resize(packed.cell + 1);
        if (seen[packed.cell]) continue;
        seen[packed.cell] = true;
        lines.push_back({row.line.id, row.line.started, result(packed)});
      }
    }
    return lines;
  });
}

std::optional<std::string> History::latest_good(const std::string& before) const {
  return guarded([&]() -> std::optional<std::string> {
    const auto row = this->row(before);
    SQLite::Statement query(
        *db_,
        "SELECT id FROM run WHERE matrix = ? AND (started < ? OR (started = ? AND seq < ?)) AND end = "
        "'completed' AND exit_code = 0 ORDER BY started DESC, seq DESC LIMIT 1");
    const auto started = std::int64_t{row.line.started.time_since_epoch().count()};
    query.bind(1, row.line.matrix);
    query.bind(2, started);
    query.bind(3, started);
    query.bind(4, row.seq);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getString();
  });
}

std::set<std::string> History::carried_from() const {
  std::map<std::string, int> newest;
  std::set<std::string> from, with_good;
  for (const auto& line : runs({})) {
    const bool good =
        line.end == RunEnd::completed && line.exit_code == 0 && with_good.insert(line.matrix).second;
    if (newest[line.matrix]++ > 0 && !good) continue;
    for (const auto& cell : summary(line.id).cells)
      if (!cell.from_run.empty()) from.insert(cell.from_run);
  }
  return from;
}

}  // namespace smx::history
