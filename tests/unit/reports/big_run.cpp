#include "tests/unit/reports/big_run.h"

namespace smx::testing {
namespace {

Observation observed(MemoryEvidence& evidence, const Cell& cell, Outcome outcome, int number) {
  Observation o;
  o.outcome = outcome;
  if (outcome != Outcome::passed) {
    o.cause = "no-service";
    o.message = "the smart card service does not answer in " + std::string(name(cell.id.mode));
  }
  for (const auto* id : {"reader-found", "card-answers", "pin-verified", "wrong-pin-refused",
                         "certificate-read", "signature-verified"})
    o.checks.push_back({id, Outcome::passed, "", "", o.checks.size() < 5 ? "agent" : "controller"});
  if (outcome != Outcome::passed)
    o.checks.back() = {"signature-verified", outcome, o.cause,
                       "SCardEstablishContext: 0x8010001D, " + o.message, "controller"};
  const auto where = cell.id.str() + ", attempt " + std::to_string(number) + "\n";
  std::string trace;
  while (trace.size() < 6000) trace += "> 00a4040005a000000308\n< 9000\n> 0020008008" + where;
  o.evidence = {evidence.add("agent-stdout.json", "{\"cell\": \"" + where + "\"}\n", "application/json"),
                evidence.add("apdu-trace.txt", trace), evidence.add("agent-stderr.txt", "said in " + where)};
  return o;
}

/// What the cells that need attention are, by the last two digits of their number.
void trouble(std::size_t i, CellVerdict& verdict) {
  if (i % 100 == 13) verdict.verdict = Verdict::deviates, verdict.outcome = Outcome::failed;
  if (i % 100 == 45) verdict.verdict = Verdict::inconclusive, verdict.outcome = Outcome::blocked;
  if (i % 100 == 77) verdict.flaky = true;
}

}  // namespace

RoutineRun big_run() {
  RoutineRun run(209);
  auto& plan = run.record.plan;
  run.record.attempts.clear();
  run.judgement.counts.clear();
  for (auto& group : plan.groups) group.cells.clear();
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    auto& cell = plan.cells[i];
    auto& verdict = run.judgement.cells[i];
    if (!cell.not_covered.empty())
      verdict = run.judgement.cells[i - i % 16 + 4];  // as row 5, which is covered
    cell.not_covered.clear();
    auto& group = plan.groups[i / 16];
    group.cells.push_back(i);
    trouble(i, verdict);
    const bool retried = i % 100 == 13 || i % 100 == 45 || verdict.flaky;
    for (int number = 1; number <= (retried ? 2 : 1); ++number) {
      Attempt attempt;
      attempt.cell = cell.id, attempt.number = number, attempt.group = group.id;
      attempt.started = run.record.info.started, attempt.ended = attempt.started + Milliseconds(1250);
      const bool first_of_flaky = verdict.flaky && number == 1;
      attempt.observation =
          observed(run.evidence, cell, first_of_flaky ? Outcome::failed : *verdict.outcome, number);
      run.record.attempts.push_back(std::move(attempt));
    }
    ++run.judgement.counts[verdict.verdict];
    run.judgement.flaky += verdict.flaky;
  }
  run.judgement.covered = static_cast<int>(plan.cells.size());
  run.judgement.not_covered = 0;
  run.judgement.exit_code = 1;
  run.judgement.headline = "100 cells deviate";
  return run;
}

}  // namespace smx::testing
