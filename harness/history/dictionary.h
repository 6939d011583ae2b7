#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/compare/summary.h"
#include "harness/core/model/plan.h"

namespace SQLite {
class Database;
}

namespace smx::history {

/// The texts, cells and inputs of all runs, each stored once under a number. Numbers begin at 1; 0 is the
/// empty text. Keeps what it has read, so it must not outlive a change by another process: numbers are only
/// added, never changed, and what is not known yet is looked up again.
class Dictionary {
 public:
  /// `db` must outlive it.
  explicit Dictionary(SQLite::Database& db) : db_(db) {}

  std::uint32_t add_text(const std::string& text);
  std::uint32_t add_cell(const CellId& cell);
  std::uint32_t add_input(const compare::Input& input);

  /// Throw Error(usage) for a number that is not there: the history is damaged.
  const std::string& text(std::uint32_t number) const;
  const CellId& cell(std::uint32_t number) const;
  const compare::Input& input(std::uint32_t number) const;

  /// The number of a cell; 0: no run has it.
  std::uint32_t find_cell(const CellId& cell) const;
  std::uint32_t find_text(const std::string& text) const;
  /// By number: whether `is` holds of the cell, or input.
  std::vector<bool> cells_that(const std::function<bool(const CellId&)>& is) const;
  std::vector<bool> inputs_that(const std::function<bool(const compare::Input&)>& is) const;

 private:
  void read_cells() const;
  void read_inputs() const;

  SQLite::Database& db_;
  mutable std::unordered_map<std::string, std::uint32_t> text_numbers_;
  mutable std::unordered_map<std::uint32_t, std::string> texts_;
  mutable std::map<CellId, std::uint32_t> cell_numbers_;
  mutable std::unordered_map<std::uint32_t, CellId> cells_;
  mutable std::map<compare::Input, std::uint32_t> input_numbers_;
  mutable std::unordered_map<std::uint32_t, compare::Input> inputs_;
};

}  // namespace smx::history
