#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/types.h"

// What a support table says of each row in each boot mode, and how that is known.

namespace smx {

/// A person's confirmation of a mark.
struct Confirmation {
  std::string by, when, source;  ///< `when` is an ISO 8601 date
  Mark mark = Mark::unknown;
  bool operator==(const Confirmation&) const = default;
};

/// `mark` is what counts: a confirmation that differs has been put in the place of the table's own mark.
struct TableMark {
  Mark mark = Mark::unknown;
  MarkSource known = MarkSource::unknown;
  std::string why;
  std::optional<Confirmation> confirmed;
  bool operator==(const TableMark&) const = default;
};

struct TableRow {
  int row = 0;  ///< its number in the document; 0: marks for a check of one's own, which the document lacks
  std::string scenario;
  std::string words;
  /// of this row; in a mode that is absent a row of the document takes the table's default
  std::map<BootMode, TableMark> marks;
  bool operator==(const TableRow&) const = default;
};

struct SupportTable {
  std::string id;
  std::string document;  ///< the document's title
  std::string section;   ///< the table's heading in it
  std::vector<std::string> applies_to;
  std::map<BootMode, TableMark> defaults;
  std::vector<TableRow> rows;  ///< in the document's order, then those without a number
  bool operator==(const SupportTable&) const = default;

  const TableRow* find(const std::string& scenario) const;
  /// The mark for a scenario in a mode: the row's, else for a row of the document the mode's default, else
  /// `unknown`.
  TableMark mark(const std::string& scenario, BootMode mode) const;
};

}  // namespace smx
