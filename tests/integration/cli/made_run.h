#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/core/model/model_json.h"
#include "harness/core/model/run_record.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "harness/journal/evidence_store.h"
#include "harness/journal/journal.h"
#include "tests/unit/reports/sample_run.h"

namespace smx {

/// Writes a run's folder by hand, as a run without any machine would leave it: everything conforms, each
/// attempt has an APDU trace, and `change` may make something else of it. Returns the folder, RUNS/ID.
inline std::filesystem::path make_run(const std::filesystem::path& runs, const std::string& id,
                                      const std::string& started,
                                      const std::function<void(RunRecord&)>& change = {}) {
  auto record = testing::RoutineRun(1).record;
  record.info.id = id;
  record.info.started = parse_iso8601(started);
  record.ended = record.info.started + Milliseconds(60000);
  if (change) change(record);
  const auto folder = runs / id;
  journal::Journal journal(folder);
  journal::EvidenceStore store(folder / "evidence");
  auto begun = record;
  begun.attempts.clear();
  begun.boots.clear();
  journal.run_started(begun, false);
  const auto group_of = [&](const std::string& name) {
    for (const auto& group : record.plan.groups)
      if (group.id == name) return group;
    return BootGroup{};
  };
  for (auto boot : record.boots) {
    boot.evidence = {store.put("console.log", "booting\n")};
    journal.boot_started(group_of(boot.group), boot.number);
    journal.boot_ended(group_of(boot.group), boot);
  }
  for (auto attempt : record.attempts) {
    const auto& outcome = name(attempt.observation.outcome);
    attempt.observation.evidence = {store.put(
        "apdu-trace.txt", "+0.1 SELECT -> 9000\n+0.2 VERIFY PIN -> " + std::string(outcome) + "\n")};
    journal.attempt_started(group_of(attempt.group), attempt);
    journal.attempt_ended(group_of(attempt.group), attempt);
  }
  if (record.end != RunEnd::unfinished) journal.run_ended(record, {});
  return folder;
}

/// Makes every attempt at a cell fail.
inline void fail_cell(RunRecord& record, const std::string& cell, const std::string& cause = "no-card") {
  for (auto& attempt : record.attempts) {
    if (attempt.cell.str() != cell) continue;
    attempt.observation.outcome = Outcome::failed;
    attempt.observation.cause = cause;
    attempt.observation.message = "the reader has no card";
  }
}

}  // namespace smx
