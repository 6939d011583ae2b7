#include "harness/run/group_runner.h"

#include <algorithm>

#include "harness/core/error.h"
#include "harness/run/boot_session.h"
#include "harness/run/broadcaster.h"
#include "harness/verdict/judge.h"

namespace smx::run {

GroupRunner::GroupRunner(const Plan& plan, std::size_t index, const RunRecord& record,
                         const Resources& resources, Broadcaster& tell, const CancelToken& cancel)
    : plan_(plan),
      group_(plan.groups.at(index)),
      index_(index),
      resources_(resources),
      tell_(tell),
      cancel_(cancel),
      run_id_(record.info.id) {
  for (const auto i : group_.cells) {
    const auto& cell = plan.cells.at(i);
    Pending next{&cell, 1};
    std::optional<Outcome> last;
    for (const auto& a : record.attempts) {
      if (a.cell != cell.id) continue;
      boot_ = std::max(boot_, a.boot + 1);
      next.attempt = std::max(next.attempt, a.number + 1);
      last = a.observation.outcome;
    }
    if (!last || needs_more({&cell, next.attempt - 1}, *last)) pending_.push_back(next);
  }
  for (const auto& b : record.boots)
    if (b.group == group_.id) boot_ = std::max(boot_, b.number + 1);
}

void GroupRunner::run() {
  // Each boot ends at least one attempt of its first cell, and attempts are counted: this ends.
  while (!pending_.empty()) {
    cancel_.check();
    pending_ = run_boot(pending_);
    ++boot_;
  }
}

std::vector<GroupRunner::Pending> GroupRunner::run_boot(const std::vector<Pending>& pending) {
  tell_.boot_started(group_, boot_);
  BootSession session({plan_, group_, index_, boot_, run_id_}, resources_, cancel_,
                      [this](const std::string& phase) { tell_.boot_phase(group_, phase); });
  std::vector<Pending> again;
  const auto trouble = session.start();
  tell_.boot_proven(group_, session.record());
  if (trouble)
    record_boot_fault(*trouble, pending, again);
  else
    again = try_cells(session, pending);
  tell_.boot_ended(group_, session.end());
  return again;
}

std::vector<GroupRunner::Pending> GroupRunner::try_cells(BootSession& session,
                                                         const std::vector<Pending>& pending) {
  std::vector<Pending> again;
  for (const auto& p : pending) {
    if (!session.usable()) {
      again.push_back(p);  // not reached in this boot: the same attempt, in the next
      continue;
    }
    const auto& scenario = *plan_.catalogue.find(p.cell->id.scenario);
    tell_.boot_phase(group_, "running " + scenario.id);
    const auto outcome = attempt(p, [&] { return session.run(scenario); });
    if (needs_more(p, outcome)) again.push_back({p.cell, p.attempt + 1});
  }
  return again;
}

void GroupRunner::record_boot_fault(const Observation& trouble, const std::vector<Pending>& pending,
                                    std::vector<Pending>& again) {
  for (const auto& p : pending) {
    const auto outcome = attempt(p, [&] { return trouble; });
    if (needs_more(p, outcome)) again.push_back({p.cell, p.attempt + 1});
  }
}

Outcome GroupRunner::attempt(const Pending& p, const std::function<Observation()>& observe) {
  Attempt a{p.cell->id, p.attempt, group_.id, boot_, resources_.clock.now(), {}, {}};
  tell_.attempt_started(group_, a);
  a.observation = observe();
  a.ended = resources_.clock.now();
  tell_.attempt_ended(group_, a);
  return a.observation.outcome;
}

bool GroupRunner::needs_more(const Pending& p, Outcome outcome) const {
  return p.attempt < plan_.matrix.attempts && verdict::worth_another_attempt(plan_, *p.cell, outcome);
}

}  // namespace smx::run
