#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/spec/problems.h"
#include "harness/spec/support_tables.h"

namespace smx::spec {
namespace {

void check_mark(const std::string& where, BootMode mode, const TableMark& mark,
                std::vector<std::string>& out) {
  if (mark.confirmed || (mark.known == MarkSource::stated && mark.mark != Mark::unknown)) return;
  if (mark.mark == Mark::unknown)
    out.push_back(fmt::format("{}, {}: unknown ({})", where, name(mode), mark.why));
  else
    out.push_back(fmt::format("{}, {}: {} is {} and confirmed by nobody ({})", where, name(mode),
                              name(mark.mark), name(mark.known), mark.why));
}

void check_row(const TableRow& row, const Catalogue& catalogue, std::vector<std::string>& out) {
  const auto where = fmt::format("{} ({})", row_words(row.row), row.scenario);
  const auto* scenario = catalogue.find(row.scenario);
  if (scenario == nullptr) {
    std::vector<std::string> ids;
    for (const auto& known : catalogue.scenarios) ids.push_back(known.id);
    out.push_back(fmt::format("{}: the catalogue has no such scenario, so nothing checks this row{}", where,
                              suggestion(row.scenario, ids)));
  } else if (scenario->words != row.words) {
    out.push_back(fmt::format("{}: the catalogue words it differently: {}, here {}", where,
                              quote(scenario->words), quote(row.words)));
  }
  for (const auto& [mode, mark] : row.marks) check_mark(where, mode, mark, out);
}

}  // namespace

std::vector<std::string> check_support_table(const SupportTable& table, const Catalogue& catalogue) {
  std::vector<std::string> warnings;
  for (const auto& [mode, mark] : table.defaults) check_mark("default", mode, mark, warnings);
  for (const auto& row : table.rows) check_row(row, catalogue, warnings);
  for (const auto& scenario : catalogue.scenarios)
    // A document says nothing of a check of one's own.
    if (scenario.row != kOwnCheck && table.find(scenario.id) == nullptr)
      warnings.push_back(fmt::format("{}: the table has no row for this scenario of the catalogue (row {})",
                                     scenario.id, scenario.row));
  return warnings;
}

}  // namespace smx::spec
