#include "reports/common/grid.h"

#include <algorithm>
#include <set>

namespace smx {
namespace {

template <class T>
std::size_t position(std::vector<T>& seen, const T& value) {
  const auto found = std::find(seen.begin(), seen.end(), value);
  if (found != seen.end()) return static_cast<std::size_t>(found - seen.begin());
  seen.push_back(value);
  return seen.size() - 1;
}

template <class Map, class Key>
const auto& found_or_empty(const Map& map, const Key& key) {
  static const typename Map::mapped_type kNone;
  const auto it = map.find(key);
  return it == map.end() ? kNone : it->second;
}

}  // namespace

std::string Grid::Column::prefix() const {
  return target + "/" + std::string(name(mode)) + "/" + reader;
}

Grid::Grid(const Plan& plan) {
  std::map<Column, std::size_t> column_of;
  std::map<std::string, std::size_t> row_of;
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (const auto& cell : plan.cells) {
    const Column column{cell.id.target, cell.id.mode, cell.id.reader};
    const auto [c, new_column] = column_of.try_emplace(column, columns_.size());
    if (new_column) columns_.push_back(column);
    const auto [r, new_row] = row_of.try_emplace(cell.id.scenario, rows_.size());
    if (new_row) rows_.push_back({cell.row, cell.id.scenario, cell.words});
    places.emplace_back(r->second, c->second);
  }
  // Controls may have been added at the end of a plan: rows and modes go back to their natural order.
  std::vector<std::string> targets, readers;
  for (const auto& column : columns_) position(targets, column.target), position(readers, column.reader);
  auto columns = columns_;
  auto rows = rows_;
  std::stable_sort(columns.begin(), columns.end(), [&](const Column& a, const Column& b) {
    return std::tuple(position(targets, a.target), a.mode, position(readers, a.reader)) <
           std::tuple(position(targets, b.target), b.mode, position(readers, b.reader));
  });
  std::stable_sort(rows.begin(), rows.end());
  for (std::size_t i = 0; i < columns.size(); ++i) column_of[columns[i]] = i;
  for (std::size_t i = 0; i < rows.size(); ++i) row_of[rows[i].scenario] = i;
  cells_.resize(rows.size() * columns.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto row = row_of[rows_[places[i].first].scenario];
    const auto column = column_of[columns_[places[i].second]];
    cells_[row * columns.size() + column] = i;
  }
  columns_ = std::move(columns);
  rows_ = std::move(rows);
}

std::optional<std::size_t> Grid::at(std::size_t row, std::size_t column) const {
  return cells_.at(row * columns_.size() + column);
}

RecordIndex::RecordIndex(const RunRecord& record) : attempts_(verdict::attempts_by_cell(record)) {
  for (const auto& boot : record.boots) boots_[boot.group].push_back(&boot);
  for (const auto& group : record.plan.groups)
    for (const auto cell : group.cells) groups_[cell] = &group;
}

const std::vector<const Attempt*>& RecordIndex::attempts(const CellId& cell) const {
  return found_or_empty(attempts_, cell);
}

const std::vector<const Boot*>& RecordIndex::boots(const std::string& group) const {
  return found_or_empty(boots_, group);
}

const Boot* RecordIndex::boot(const std::string& group, int number) const {
  for (const auto* boot : boots(group))
    if (boot->number == number) return boot;
  return nullptr;
}

const BootGroup* RecordIndex::group_of(std::size_t cell) const {
  const auto it = groups_.find(cell);
  return it == groups_.end() ? nullptr : it->second;
}

Coverage coverage(const Plan& plan) {
  struct Waiting {
    std::string waits_for;
    std::vector<std::string> targets;
  };
  const Grid grid(plan);
  Coverage result;
  for (std::size_t r = 0; r < grid.rows().size(); ++r) {
    const bool own = grid.rows()[r].row == kOwnCheck;
    ++(own ? result.own_checks : result.scenarios);
    bool covered = false;
    std::vector<Waiting> waiting;
    for (std::size_t c = 0; c < grid.columns().size(); ++c) {
      const auto cell = grid.at(r, c);
      if (!cell) continue;
      const auto& reason = plan.cells[*cell].not_covered;
      if (reason.empty()) {
        covered = true;
        continue;
      }
      auto w = std::find_if(waiting.begin(), waiting.end(),
                            [&](const Waiting& x) { return x.waits_for == reason; });
      if (w == waiting.end()) w = waiting.insert(w, {reason, {}});
      position(w->targets, grid.columns()[c].target);
    }
    if (covered) ++(own ? result.covered_own_checks : result.covered);
    for (const auto& w : waiting) {
      auto gap = std::find_if(result.gaps.begin(), result.gaps.end(), [&](const Coverage::Gap& g) {
        return g.waits_for == w.waits_for && g.targets == w.targets;
      });
      if (gap == result.gaps.end()) gap = result.gaps.insert(gap, {w.waits_for, {}, w.targets});
      gap->scenarios.push_back(grid.rows()[r]);
    }
  }
  return result;
}

}  // namespace smx
