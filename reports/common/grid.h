#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "harness/core/model/scenario.h"
#include "harness/core/types.h"
#include "harness/verdict/judge.h"

namespace smx {

/// A plan's cells as a table: scenarios downwards by `report_position`, target/mode/reader across in the matrix's
/// order. Holds no reference to the plan.
class Grid {
 public:
  struct Column {
    std::string target;
    BootMode mode = BootMode::normal;
    std::string reader;
    std::string prefix() const;  ///< "reference-linux/safe-networking/virtual"
    auto operator<=>(const Column&) const = default;
  };
  struct Row {
    int row = kOwnCheck;
    std::string scenario, words;
    auto position() const { return report_position(row, scenario); }
    bool operator<(const Row& other) const { return position() < other.position(); }
  };

  explicit Grid(const Plan& plan);
  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<Row>& rows() const { return rows_; }
  /// Index into Plan::cells, or nothing where the plan has no such cell.
  std::optional<std::size_t> at(std::size_t row, std::size_t column) const;

 private:
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  std::vector<std::optional<std::size_t>> cells_;  // rows × columns
};

/// Finds what happened to a cell or a group without a walk over the whole record. Refers to the record.
class RecordIndex {
 public:
  explicit RecordIndex(const RunRecord& record);
  /// By number; empty when it was not run.
  const std::vector<const Attempt*>& attempts(const CellId& cell) const;
  const std::vector<const Boot*>& boots(const std::string& group) const;
  const Boot* boot(const std::string& group, int number) const;
  /// The group that runs a cell, or nullptr (not covered).
  const BootGroup* group_of(std::size_t cell) const;

 private:
  verdict::AttemptsByCell attempts_;
  std::map<std::string, std::vector<const Boot*>> boots_;
  std::map<std::size_t, const BootGroup*> groups_;
};

/// Scenarios that have no implementation for a target, and what they wait for. Checks of one's own are counted
/// apart from the document's rows.
struct Coverage {
  struct Gap {
    std::string waits_for;
    std::vector<Grid::Row> scenarios;
    std::vector<std::string> targets;
  };
  std::size_t covered = 0, scenarios = 0;  ///< rows with at least one covered cell, of all
  std::size_t covered_own_checks = 0, own_checks = 0;
  std::vector<Gap> gaps;  ///< one for each waits_for and set of targets, in report order
};

Coverage coverage(const Plan& plan);

}  // namespace smx
