#include "reports/signoff/statement.h"

#include <algorithm>
#include <tuple>

#include "harness/core/text.h"
#include "harness/verdict/judge.h"
#include "reports/common/appearance.h"

namespace smx {
namespace {

void sort_worst_first(std::vector<std::size_t>& cells, const Judgement& judgement) {
  std::stable_sort(cells.begin(), cells.end(), [&](std::size_t a, std::size_t b) {
    return severity(judgement.cells[a]) < severity(judgement.cells[b]);
  });
}

void add_exception(Statement& s, std::size_t i) {
  s.in_need.push_back(i);
  const auto& exceptions = s.sign_off.exceptions;
  const auto id = s.input.record.plan.cells[i].id.str();
  const auto found = std::find_if(exceptions.begin(), exceptions.end(),
                                  [&](const SignOffException& e) { return glob_match(e.cell, id); });
  if (found != exceptions.end()) s.excepted[i] = static_cast<std::size_t>(found - exceptions.begin());
}

void add_prediction(Statement& s, std::size_t i) {
  const auto* prediction = s.input.record.info.prediction(s.input.record.plan.cells[i].id);
  if (prediction == nullptr) return;
  const auto& outcome = s.input.judgement.cells[i].outcome;
  if (!outcome || *outcome == Outcome::blocked || *outcome == Outcome::invalid)
    ++s.predicted_unobserved;
  else if (*outcome == prediction->expected)
    ++s.predicted_right;
  else
    s.predicted_wrong.push_back(i);
}

void add_proven(Statement& s, const Cell& cell) {
  const auto& plan = s.input.record.plan;
  const auto kind = plan.target(cell.id.target).kind;
  const auto* scenario = plan.catalogue.find(cell.id.scenario);
  if (scenario == nullptr) return;
  const auto on = scenario->targets.find(kind);
  if (on != scenario->targets.end())
    s.proven[{kind, on->second.proven}].insert({cell.row, cell.id.scenario, cell.words});
}

void add_mark(Statement& s, std::size_t i) {
  const auto& cell = s.input.record.plan.cells[i];
  const auto& mark = s.input.judgement.cells[i].expectation;
  if (!verdict::rests_on_unconfirmed(cell, mark)) return;
  s.unconfirmed.push_back({s.input.record.plan.target(cell.id.target).support_table, cell.id.mode, cell.row,
                           cell.id.scenario, mark});
}

void make_marks_unique(std::vector<Statement::UnconfirmedMark>& marks) {
  const auto key = [](const Statement::UnconfirmedMark& m) {
    return std::tuple(m.table, m.mode, report_position(m.row, m.scenario), m.scenario);
  };
  std::stable_sort(marks.begin(), marks.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  marks.erase(
      std::unique(marks.begin(), marks.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
      marks.end());
}

}  // namespace

bool needs_exception(const CellVerdict& v) {
  switch (v.verdict) {
    case Verdict::deviates:
    case Verdict::deviates_unconfirmed:
    case Verdict::control_broken:
    case Verdict::inconclusive: return true;
    case Verdict::conforms:
    case Verdict::works_unsupported:
    case Verdict::observed:
    case Verdict::control_ok:
    case Verdict::waived:
    case Verdict::not_applicable:
    case Verdict::not_covered: break;
  }
  return false;
}

Statement make_statement(const ReportInput& input, const SignOff& sign_off) {
  Statement s{input, sign_off, {}, {}, {}, {}, {}, coverage(input.record.plan), {}, 0, 0, {}, {}};
  const auto& cells = input.record.plan.cells;
  const RecordIndex index(input.record);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& verdict = input.judgement.cells[i];
    if (needs_exception(verdict)) add_exception(s, i);
    if (verdict.verdict == Verdict::waived) s.waived.push_back(i);
    if (verdict.flaky) s.flaky.push_back(i);
    add_prediction(s, i);
    if (!cells[i].not_covered.empty()) continue;
    if (index.attempts(cells[i].id).empty()) s.not_run.push_back(i);
    add_mark(s, i);
    add_proven(s, cells[i]);
  }
  sort_worst_first(s.in_need, input.judgement);
  make_marks_unique(s.unconfirmed);
  return s;
}

}  // namespace smx
