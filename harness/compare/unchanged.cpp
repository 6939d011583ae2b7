#include "harness/compare/unchanged.h"

#include "harness/verdict/judge.h"

namespace smx::compare {
namespace {

bool as_it_should_be(const CellResult& past, Mark mark) {
  if (!past.outcome || past.flaky) return false;
  switch (*past.outcome) {
    case Outcome::passed:
    case Outcome::not_applicable: return true;
    case Outcome::failed:
    case Outcome::timed_out: return past.id.mode != BootMode::normal && mark == Mark::not_supported;
    case Outcome::blocked:
    case Outcome::invalid:
    case Outcome::guest_crashed: break;
  }
  return false;
}

}  // namespace

std::vector<UnchangedCell> unchanged_cells(const Plan& plan,
                                           const std::map<std::string, std::string>& environment,
                                           const std::vector<PastResult>& newest) {
  std::map<CellId, const PastResult*> past;
  for (const auto& result : newest) past[result.result.id] = &result;
  const auto before = inputs_before(plan, environment);
  std::vector<UnchangedCell> unchanged;
  for (const auto& cell : plan.cells) {
    const auto it = past.find(cell.id);
    if (!cell.not_covered.empty() || it == past.end()) continue;
    // What card is in a real reader, and what state it is in, is known only when it is used.
    if (plan.reader(cell.id.reader).kind != ReaderKind::virtual_reader) continue;
    const auto& result = it->second->result;
    const auto mark = verdict::expectation(plan, cell, {}).mark;
    if (!as_it_should_be(result, mark) || input_key(before, cell.id, mark) != result.input_key) continue;
    unchanged.push_back({cell.id, result.from_run.empty() ? it->second->run : result.from_run,
                         *result.outcome, result.cause, result.input_key});
  }
  return unchanged;
}

}  // namespace smx::compare
