#include "harness/app/unchanged_cells.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/app/run_history.h"
#include "harness/compare/unchanged.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "harness/plan/make_plan.h"
#include "vm/reader/card_files.h"

namespace smx::app {
namespace {

std::string certificate_of(const Card& card) {
  if (!card.file.empty()) return vm::read_card_summary(card.file).certificate_pem;
  return card.certificate.empty() ? "" : read_file(card.certificate, 1u << 20);
}

}  // namespace

std::map<std::string, std::string> input_entries(const RunRecord& record) {
  std::map<std::string, std::string> entries;
  const auto harness = "sha256:" + sha256_file("/proc/self/exe");
  const auto began_with = record.info.environment.find("harness");
  if (began_with == record.info.environment.end())
    entries["harness"] = harness;
  else if (began_with->second.find(harness) == std::string::npos)
    entries["harness"] =
        began_with->second + ", resumed with " + harness;  // what it began with counts as well
  for (const auto& reader : record.plan.matrix.readers) {
    const auto key = "card." + reader.id;
    if (record.info.environment.contains(key)) continue;
    if (const auto pem = certificate_of(record.plan.card(reader.card)); !pem.empty())
      entries[key] = "certificate sha256:" + sha256_hex(pem);
  }
  return entries;
}

ChangedPart leave_out_unchanged(Plan plan, const std::map<std::string, std::string>& environment,
                                std::size_t slots) {
  std::vector<compare::PastResult> newest;
  for (auto& line : open_history()->newest_results(plan.matrix.name))
    newest.push_back({std::move(line.run), std::move(line.result)});
  auto unchanged = compare::unchanged_cells(plan, environment, newest);
  std::set<CellId> cells;
  for (const auto& cell : unchanged) cells.insert(cell.cell);
  PlanOptions options;
  options.slots = static_cast<int>(slots);
  plan = leave_out(std::move(plan), cells, options);
  // A control that stays is run, and is not unchanged.
  for (const auto& cell : plan.cells) cells.erase(cell.id);
  std::erase_if(unchanged, [&](const UnchangedCell& u) { return !cells.contains(u.cell); });
  if (!unchanged.empty()) plan.warnings.push_back("left out: " + unchanged_words(unchanged));
  return {std::move(plan), std::move(unchanged)};
}

std::string unchanged_words(const std::vector<UnchangedCell>& unchanged) {
  std::set<std::string> runs;
  for (const auto& cell : unchanged) runs.insert(cell.run);
  const auto since = runs.size() == 1 ? "run " + *runs.begin() : plural(runs.size(), "earlier run");
  return fmt::format("{} unchanged since {}",
                     plural(unchanged.size(), "cell") + (unchanged.size() == 1 ? " is" : " are"), since);
}

}  // namespace smx::app
