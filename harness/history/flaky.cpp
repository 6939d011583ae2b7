#include <algorithm>
#include <unordered_map>

#include "harness/history/content.h"
#include "harness/history/dictionary.h"
#include "harness/history/history.h"
#include "harness/history/rows.h"

namespace smx::history {
namespace {

enum class Said { nothing, passed, failed };

Said said(std::optional<Outcome> outcome) {
  if (outcome == Outcome::passed) return Said::passed;
  if (outcome == Outcome::failed || outcome == Outcome::timed_out || outcome == Outcome::guest_crashed)
    return Said::failed;
  return Said::nothing;
}

/// One cell from run to run, the oldest first.
struct Course {
  FlakyLine line;
  Said before = Said::nothing;
  std::uint32_t key_before = 0;

  void take(const PackedResult& result, Said now, const std::string& run) {
    if (now == Said::nothing || result.from_run != 0) return;
    ++line.runs;
    const bool flaky = (result.flags & kFlaky) != 0;
    const bool flipped = before != Said::nothing && before != now && key_before == result.input_key;
    line.flaky += flaky ? 1 : 0;
    line.flips += flipped ? 1 : 0;
    if (flaky || flipped) line.last = run;
    before = now;
    key_before = result.input_key;
  }
};

}  // namespace

std::vector<FlakyLine> History::flaky(const Filter& filter) const {
  return guarded([&] {
    const auto wanted = dictionary_->cells_that([&](const CellId& cell) { return filter.means(cell); });
    std::vector<Course> courses(wanted.size());
    std::unordered_map<std::uint32_t, Said> outcomes;
    ContentReader content(*db_);
    auto newest_first = rows(filter);
    std::for_each(newest_first.rbegin(), newest_first.rend(), [&](const Row& row) {
      const PackedResults results(content.results(row.seq));
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (const auto cell = results.cell(i); cell >= wanted.size() || !wanted[cell]) continue;
        const auto packed = results.at(i);
        const auto [known, fresh] = outcomes.try_emplace(packed.outcome);
        if (fresh) known->second = said(parse_outcome(dictionary_->text(packed.outcome)));
        courses[packed.cell].take(packed, known->second, row.line.id);
      }
    });
    std::vector<FlakyLine> lines;
    for (std::uint32_t cell = 0; cell < courses.size(); ++cell) {
      auto& line = courses[cell].line;
      if (line.flaky + line.flips == 0) continue;
      line.cell = dictionary_->cell(cell);
      lines.push_back(std::move(line));
    }
    std::stable_sort(lines.begin(), lines.end(), [](const FlakyLine& a, const FlakyLine& b) {
      return a.flaky + a.flips > b.flaky + b.flips;
    });
    return lines;
  });
}

}  // namespace smx::history
