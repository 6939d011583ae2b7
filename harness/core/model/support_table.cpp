#include "harness/core/model/support_table.h"

#include <algorithm>

namespace smx {

const TableRow* SupportTable::find(const std::string& scenario) const {
  const auto it =
      std::find_if(rows.begin(), rows.end(), [&](const TableRow& r) { return r.scenario == scenario; });
  return it == rows.end() ? nullptr : &*it;
}

TableMark SupportTable::mark(const std::string& scenario, BootMode mode) const {
  const auto* row = find(scenario);
  if (row) {
    if (const auto it = row->marks.find(mode); it != row->marks.end()) return it->second;
  }
  // A default speaks of the document's rows only; of any other scenario it says nothing.
  if (const auto it = defaults.find(mode); row && row->row != 0 && it != defaults.end()) return it->second;
  if (!row)
    return {Mark::unknown, MarkSource::unknown, "the table does not list this scenario", std::nullopt};
  return {Mark::unknown, MarkSource::unknown, "the table says nothing of this row in this mode",
          std::nullopt};
}

}  // namespace smx
