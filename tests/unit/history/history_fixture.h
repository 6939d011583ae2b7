#pragma once

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "harness/history/history.h"
#include "tests/unit/compare/results.h"

namespace smx::history {

/// A history in a folder of its own, and runs that begin a day after each other.
class HistoryTest : public testing::Test {
 protected:
  using Results = std::vector<compare::CellResult>;

  static TimePoint day(int n) { return parse_iso8601("2026-11-01T12:00:00.000Z") + std::chrono::days(n); }

  static compare::RunSummary make(const std::string& id, int on_day, Results cells,
                                  std::vector<compare::Input> inputs = {}) {
    auto run = compare::run(id, std::move(cells), std::move(inputs));
    run.started = day(on_day);
    run.ended = run.started + std::chrono::minutes(5);
    run.headline = "headline of " + id;
    run.harness_version = "0.1.0";
    return run;
  }
  /// Adds it, too.
  compare::RunSummary add(const std::string& id, int on_day, Results cells,
                          std::vector<compare::Input> inputs = {}) {
    auto run = make(id, on_day, std::move(cells), std::move(inputs));
    history.add(run, folder.path() / id);
    return run;
  }
  static compare::CellResult passed(const std::string& scenario) {
    return compare::result(scenario, Outcome::passed);
  }
  static compare::CellResult failed(const std::string& scenario) {
    return compare::result(scenario, Outcome::failed, "why");
  }
  std::vector<std::string> ids(const Filter& filter = {}) const {
    std::vector<std::string> ids;
    for (const auto& run : history.runs(filter)) ids.push_back(run.id);
    return ids;
  }

  TempDir folder{"/tmp", "history"};
  History history{folder.path() / "history.db"};
};

}  // namespace smx::history
