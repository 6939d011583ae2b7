#include <map>

#include "harness/history/content.h"
#include "harness/history/dictionary.h"
#include "harness/history/history.h"

namespace smx::history {
namespace {

using compare::CellResult;
using compare::Change;

/// One cell on the way back from the newer run to the baseline.
struct Search {
  const CellResult* baseline = nullptr;
  compare::CellChange* change = nullptr;

  /// Whether the last good run is found.
  bool step(const CellResult& result, const std::string& run) {
    if (!result.from_run.empty()) return false;  // it was not run there
    const auto then = compare::classify(baseline, &result);
    if (then == change->change) {
      change->first_bad = run;
      return false;
    }
    // Good is as in the baseline, or better; everything else says nothing of since when.
    if (then != Change::same && then != Change::fixed) return false;
    change->last_good = run;
    return true;
  }
};

}  // namespace

void History::find_turning_points(const compare::RunSummary& baseline, const compare::RunSummary& now,
                                  compare::Comparison& comparison) const {
  guarded([&] {
    std::map<CellId, const CellResult*> before;
    for (const auto& cell : baseline.cells) before[cell.id] = &cell;
    std::map<std::uint32_t, Search> searches;
    for (auto& change : comparison.cells)
      if (change.change == Change::regressed || change.change == Change::lost)
        searches[dictionary_->find_cell(change.cell)] = {before.at(change.cell), &change};
    Filter between;
    between.matrix = now.matrix;
    between.since = baseline.started;
    between.until = now.started + Milliseconds(1);
    ContentReader content(*db_);
    for (const auto& row : rows(between)) {
      if (searches.empty()) return;
      const PackedResults results(content.results(row.seq));
      for (std::size_t i = 0; i < results.size(); ++i) {
        const auto it = searches.find(results.cell(i));
        if (it != searches.end() && it->second.step(result(results.at(i)), row.line.id)) searches.erase(it);
      }
    }
  });
}

}  // namespace smx::history
