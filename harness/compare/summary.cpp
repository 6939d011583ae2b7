#include "harness/compare/summary.h"

#include "harness/core/text.h"
#include "harness/verdict/judge.h"

namespace smx::compare {
namespace {

constexpr std::size_t kMostMessage = 300;

std::string first_line(const std::string& text) {
  auto line = sanitize_guest_text(text, kMostMessage);
  return line.substr(0, line.find('\n'));
}

/// Only what was as it should be is ever left out (harness/cli/unchanged.h).
Verdict verdict_of(const UnchangedCell& cell, Mark mark) {
  if (cell.outcome == Outcome::not_applicable) return Verdict::not_applicable;
  if (cell.cell.mode == BootMode::normal) return Verdict::control_ok;
  if (mark == Mark::unknown) return Verdict::observed;
  return cell.outcome == Outcome::passed && mark == Mark::not_supported ? Verdict::works_unsupported
                                                                        : Verdict::conforms;
}

CellResult carried_over(const UnchangedCell& cell, const Plan& plan) {
  CellResult result;
  result.id = cell.cell;
  result.outcome = cell.outcome;
  result.cause = cell.cause;
  result.mark = verdict::expectation(plan, {cell.cell, 0, "", "", false}, {}).mark;
  result.verdict = verdict_of(cell, result.mark);
  result.input_key = cell.input_key;
  result.from_run = cell.run;
  return result;
}

}  // namespace

RunSummary summarize(const RunRecord& record, const Judgement& judgement, EvidenceReader& evidence) {
  RunSummary summary;
  summary.id = record.info.id;
  summary.matrix = record.plan.matrix.name;
  summary.started = record.info.started;
  summary.ended = record.end == RunEnd::unfinished ? record.info.started : record.ended;
  summary.end = record.end;
  summary.harness_version = record.info.harness_version;
  summary.headline = first_line(judgement.headline);
  summary.exit_code = judgement.exit_code;
  summary.inputs = inputs_of(record, evidence);
  const auto before = inputs_before(record.plan, record.info.environment);
  const auto attempts = verdict::attempts_by_cell(record);
  for (std::size_t i = 0; i < record.plan.cells.size(); ++i) {
    const auto& cell = record.plan.cells[i];
    const auto& verdict = judgement.cells.at(i);
    CellResult result;
    result.id = cell.id;
    result.covered = cell.not_covered.empty();
    result.outcome = verdict.outcome;
    result.flaky = verdict.flaky;
    result.verdict = verdict.verdict;
    result.mark = verdict.expectation.mark;
    result.input_key = input_key(before, cell.id, result.mark);
    if (const auto it = attempts.find(cell.id); it != attempts.end()) {
      const auto& observation = verdict::deciding_attempt(it->second)->observation;
      result.cause = first_line(observation.cause);
      if (observation.outcome != Outcome::passed) result.message = first_line(observation.message);
    }
    summary.cells.push_back(std::move(result));
  }
  for (const auto& cell : record.info.unchanged) summary.cells.push_back(carried_over(cell, record.plan));
  return summary;
}

std::string outcome_words(const CellResult& cell) {
  if (!cell.covered) return "not covered";
  if (!cell.outcome) return "not run";
  std::string words(name(*cell.outcome));
  if (!cell.cause.empty()) words += " (" + cell.cause + ")";
  return words;
}

}  // namespace smx::compare
