#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/core/model/scenario.h"
#include "harness/core/model/support_table.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"

// What will be run: the cells of a matrix, and the boots that they share.

namespace smx {

struct CellId {
  std::string target;
  BootMode mode = BootMode::normal;
  std::string reader;
  std::string scenario;
  auto operator<=>(const CellId&) const = default;
  /// "reference-linux/safe-networking/virtual/pin-management"
  std::string str() const;
};

struct Cell {
  CellId id;
  int row = kOwnCheck;  ///< the scenario's
  std::string words;
  std::string not_covered;     ///< what it waits for; empty: it will be run
  bool added_control = false;  ///< the matrix left it out; the plan put it in as a control
  bool operator==(const Cell&) const = default;
};

/// Cells that share target, starting state, boot mode and reader, and so one boot.
struct BootGroup {
  std::string id;  ///< "reference-linux/safe-networking/virtual"
  std::string target;
  StartState state = StartState::unjoined;
  BootMode mode = BootMode::normal;
  std::string reader;
  std::vector<std::size_t> cells;  ///< indices into Plan::cells, in the order they run
  bool operator==(const BootGroup&) const = default;
};

struct Plan {
  Matrix matrix;
  Catalogue catalogue;                         ///< the scenarios that the matrix names
  std::map<std::string, SupportTable> tables;  ///< by id
  std::vector<Cell> cells;                     ///< covered and not covered, in report order
  std::vector<BootGroup> groups;
  std::vector<std::string> warnings;
  Milliseconds estimate{0};  ///< wall time with the slots the plan was made for

  const Target& target(const std::string& id) const;
  const Reader& reader(const std::string& id) const;
  const Card& card(const std::string& id) const;
};

}  // namespace smx
