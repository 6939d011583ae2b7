#include "harness/app/unchanged.h"

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

void note_inputs(RunRecord& record) {
  auto& environment = record.info.environment;
  const auto harness = "sha256:" + sha256_file("/proc/self/exe");
  auto& noted = environment["harness"];
  if (noted.empty())
    noted = harness;
  else if (noted.find(harness) == noted.npos)
    noted += ", resumed with " + harness;  // what it began with counts as well
  for (const auto& reader : record.plan.matrix.readers)
    if (const auto pem = certificate_of(record.plan.card(reader.card)); !pem.empty())
      environment.emplace("card." + reader.id, "certificate sha256:" + sha256_hex(pem));
}

std::size_t leave_out_unchanged(RunRecord& record, std::size_t slots) {
  std::vector<compare::PastResult> newest;
  for (auto& line : open_history()->newest_results(record.plan.matrix.name))
    newest.push_back({std::move(line.run), std::move(line.result)});
  auto unchanged = compare::unchanged_cells(record.plan, record.info.environment, newest);
  std::set<CellId> cells;
  for (const auto& cell : unchanged) cells.insert(cell.cell);
  PlanOptions options;
  options.slots = static_cast<int>(slots);
  record.plan = leave_out(std::move(record.plan), cells, options);
  // A control that stays is run, and is not unchanged.
  for (const auto& cell : record.plan.cells) cells.erase(cell.id);
  std::erase_if(unchanged, [&](const UnchangedCell& u) { return !cells.contains(u.cell); });
  record.info.unchanged = std::move(unchanged);
  if (!record.info.unchanged.empty())
    record.plan.warnings.push_back("left out: " + unchanged_words(record.info));
  return static_cast<std::size_t>(std::count_if(record.plan.cells.begin(), record.plan.cells.end(),
                                                [](const Cell& cell) { return cell.not_covered.empty(); }));
}

std::string unchanged_words(const RunInfo& info) {
  std::set<std::string> runs;
  for (const auto& cell : info.unchanged) runs.insert(cell.run);
  const auto since = runs.size() == 1 ? "run " + *runs.begin() : plural(runs.size(), "earlier run");
  return fmt::format("{} unchanged since {}",
                     plural(info.unchanged.size(), "cell") + (info.unchanged.size() == 1 ? " is" : " are"),
                     since);
}

}  // namespace smx::app
