#include "harness/verdict/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/core/model/model_json.h"
#include "harness/core/text.h"

namespace smx::verdict {
namespace {

bool shows_the_scenario(Outcome o) {
  return o == Outcome::failed || o == Outcome::timed_out || o == Outcome::guest_crashed;
}

bool tells_nothing(Outcome o) {
  return o == Outcome::blocked || o == Outcome::invalid;
}

bool is_flaky(const std::vector<const Attempt*>& attempts, const Attempt& deciding) {
  return deciding.observation.outcome == Outcome::passed &&
         std::any_of(attempts.begin(), attempts.end(), [&](const Attempt* a) {
           return a->number < deciding.number && shows_the_scenario(a->observation.outcome);
         });
}

ControlStatus control_of(const Cell& cell, const AttemptsByCell& attempts) {
  CellId id = cell.id;
  id.mode = BootMode::normal;
  const auto it = attempts.find(id);
  if (it == attempts.end()) return ControlStatus::not_run;
  const auto* deciding = deciding_attempt(it->second);
  switch (deciding->observation.outcome) {
    // "at the first attempt": a control that needed a second try proves nothing about a twin that had the
    // same luck.
    case Outcome::passed: return deciding->number == 1 ? ControlStatus::ok : ControlStatus::flaky;
    case Outcome::failed:
    case Outcome::timed_out:
    case Outcome::guest_crashed: return ControlStatus::broken;
    case Outcome::invalid: return ControlStatus::invalid;
    case Outcome::blocked:
    case Outcome::not_applicable: return ControlStatus::blocked;
  }
  return ControlStatus::blocked;
}

Verdict deviation(const TableMark& mark) {
  return is_confirmed(mark) ? Verdict::deviates : Verdict::deviates_unconfirmed;
}

/// The table at the top of the header, for outcomes that tell something.
Verdict verdict_of(const Cell& cell, Outcome outcome, const TableMark& mark, ControlStatus control) {
  const bool passed = outcome == Outcome::passed;
  if (cell.id.mode == BootMode::normal) return passed ? Verdict::control_ok : Verdict::control_broken;
  switch (mark.mark) {
    case Mark::supported:
      if (passed) return Verdict::conforms;
      return control == ControlStatus::ok ? deviation(mark) : Verdict::inconclusive;
    case Mark::not_supported:
      if (passed) return Verdict::works_unsupported;
      return outcome == Outcome::guest_crashed ? deviation(mark) : Verdict::conforms;
    case Mark::unknown: break;
  }
  return outcome == Outcome::guest_crashed ? Verdict::deviates : Verdict::observed;
}

std::string shown(const Observation& o) {
  std::string text(name(o.outcome));
  if (!o.cause.empty()) text += " (" + o.cause + ")";
  return text;
}

std::string reason_for(const CellVerdict& v, const Observation& o) {
  const auto expected = v.control == ControlStatus::not_needed && v.verdict != Verdict::conforms
                            ? std::string()
                            : fmt::format(", table says {}", name(v.expectation.mark));
  switch (v.verdict) {
    case Verdict::control_ok: return "passed in normal mode";
    case Verdict::control_broken: return fmt::format("{} in normal mode: {}", shown(o), o.message);
    case Verdict::conforms: return fmt::format("{}{}", shown(o), expected);
    case Verdict::works_unsupported: return "passed, although the table says not supported";
    case Verdict::observed: return fmt::format("{}; the table does not say what to expect", shown(o));
    case Verdict::deviates:
    case Verdict::deviates_unconfirmed:
      return fmt::format("{}, table says {}: {}", shown(o), name(v.expectation.mark), o.message);
    case Verdict::inconclusive:
      if (tells_nothing(o.outcome)) return fmt::format("{}: {}", shown(o), o.message);
      return fmt::format("{}, but its control in normal mode is {}", shown(o), name(v.control));
    case Verdict::not_applicable: return o.message;
    case Verdict::waived:
    case Verdict::not_covered: break;
  }
  return {};
}

const Waiver* find_waiver(const std::vector<Waiver>& waivers, const std::string& cell,
                          const std::string& today) {
  const auto it = std::find_if(waivers.begin(), waivers.end(), [&](const Waiver& w) {
    return glob_match(w.cell, cell) && today <= w.expires;  // ISO dates compare as text
  });
  return it == waivers.end() ? nullptr : &*it;
}

CellVerdict judge_cell(const Cell& cell, const AttemptsByCell& all, const TableMark& mark) {
  CellVerdict v;
  v.expectation = mark;
  if (!cell.not_covered.empty()) {
    v.verdict = Verdict::not_covered;
    v.reason = "waits for " + cell.not_covered;
    return v;
  }
  const auto it = all.find(cell.id);
  if (it == all.end()) {
    v.reason = "not run";
    return v;
  }
  const auto& deciding = *deciding_attempt(it->second);
  const auto& observation = deciding.observation;
  v.outcome = observation.outcome;
  v.flaky = is_flaky(it->second, deciding);
  if (observation.outcome == Outcome::not_applicable) {
    v.verdict = Verdict::not_applicable;
  } else if (tells_nothing(observation.outcome)) {
    v.verdict = Verdict::inconclusive;
  } else {
    if (cell.id.mode != BootMode::normal && observation.outcome != Outcome::passed &&
        mark.mark == Mark::supported)
      v.control = control_of(cell, all);
    v.verdict = verdict_of(cell, observation.outcome, mark, v.control);
  }
  v.reason = reason_for(v, observation);
  return v;
}

void apply_waiver(CellVerdict& v, const Cell& cell, const std::vector<Waiver>& waivers,
                  const std::string& today) {
  if (v.verdict != Verdict::deviates && v.verdict != Verdict::deviates_unconfirmed) return;
  if (const auto* waiver = find_waiver(waivers, cell.id.str(), today)) {
    v.verdict = Verdict::waived;
    v.waiver = *waiver;
    v.reason += fmt::format("; waived until {} by {}: {}", waiver->expires, waiver->owner, waiver->reason);
  }
}

int count(const Judgement& j, Verdict v) {
  const auto it = j.counts.find(v);
  return it == j.counts.end() ? 0 : it->second;
}

int exit_code_for(const RunRecord& record, const Judgement& j, bool fail_on_flaky) {
  if (record.end == RunEnd::interrupted) return 130;
  if (count(j, Verdict::deviates) > 0 || count(j, Verdict::control_broken) > 0 ||
      (fail_on_flaky && j.flaky > 0))
    return 1;
  const bool any_result = std::any_of(j.cells.begin(), j.cells.end(), [](const CellVerdict& v) {
    return v.outcome == Outcome::passed || v.outcome == Outcome::failed;
  });
  if (!any_result) return 5;
  if (count(j, Verdict::inconclusive) > 0 || count(j, Verdict::deviates_unconfirmed) > 0) return 4;
  return 0;
}

}  // namespace

AttemptsByCell attempts_by_cell(const RunRecord& record) {
  AttemptsByCell map;
  for (const auto& attempt : record.attempts) map[attempt.cell].push_back(&attempt);
  for (auto& [id, attempts] : map)
    std::stable_sort(attempts.begin(), attempts.end(),
                     [](auto* a, auto* b) { return a->number < b->number; });
  return map;
}

bool is_confirmed(const TableMark& mark) {
  return mark.confirmed || mark.known == MarkSource::stated;
}

bool rests_on_unconfirmed(const Cell& cell, const TableMark& mark) {
  if (cell.row == kOwnCheck && mark.known == MarkSource::unknown) return false;
  return !is_confirmed(mark);
}

const Attempt* deciding_attempt(const std::vector<const Attempt*>& attempts) {
  const Attempt *showing = nullptr, *not_applicable = nullptr;
  for (const auto* attempt : attempts) {
    const auto outcome = attempt->observation.outcome;
    if (outcome == Outcome::passed) return attempt;
    if (shows_the_scenario(outcome)) showing = attempt;
    if (outcome == Outcome::not_applicable) not_applicable = attempt;
  }
  if (showing) return showing;  // what failed once was applicable
  if (not_applicable) return not_applicable;
  return attempts.empty() ? nullptr : attempts.back();
}

TableMark expectation(const Plan& plan, const Cell& cell, const std::map<std::string, SupportTable>& tables) {
  if (cell.id.mode == BootMode::normal)
    return {Mark::supported, MarkSource::stated, "normal mode is the control", std::nullopt};
  const auto& id = plan.target(cell.id.target).support_table;
  if (const auto it = tables.find(id); it != tables.end())
    return it->second.mark(cell.id.scenario, cell.id.mode);
  if (const auto it = plan.tables.find(id); it != plan.tables.end())
    return it->second.mark(cell.id.scenario, cell.id.mode);
  return {Mark::unknown, MarkSource::unknown, "no table covers this target", std::nullopt};
}

bool worth_another_attempt(const Plan& plan, const Cell& cell, Outcome outcome) {
  if (outcome == Outcome::passed || outcome == Outcome::not_applicable) return false;
  if (tells_nothing(outcome) || outcome == Outcome::guest_crashed) return true;
  return expectation(plan, cell, {}).mark == Mark::supported;
}

Judgement judge(const RunRecord& record, const JudgeOptions& options) {
  const auto attempts = attempts_by_cell(record);
  const auto today = iso8601(options.as_of.value_or(record.info.started)).substr(0, 10);
  auto waivers = record.plan.matrix.waivers;
  waivers.insert(waivers.end(), options.waivers.begin(), options.waivers.end());

  Judgement judgement;
  std::set<std::string> unconfirmed;
  for (const auto& cell : record.plan.cells) {
    const auto mark = expectation(record.plan, cell, options.tables);
    auto v = judge_cell(cell, attempts, mark);
    apply_waiver(v, cell, waivers, today);
    ++judgement.counts[v.verdict];
    judgement.flaky += v.flaky ? 1 : 0;
    ++(cell.not_covered.empty() ? judgement.covered : judgement.not_covered);
    if (cell.not_covered.empty() && rests_on_unconfirmed(cell, mark))
      unconfirmed.insert(cell.id.target + "/" + std::string(name(cell.id.mode)) + "/" + cell.id.scenario);
    judgement.cells.push_back(std::move(v));
  }
  judgement.unconfirmed_marks = static_cast<int>(unconfirmed.size());
  judgement.exit_code = exit_code_for(record, judgement, options.fail_on_flaky);
  judgement.headline = headline(record, judgement);
  return judgement;
}

}  // namespace smx::verdict
