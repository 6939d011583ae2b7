#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/core/model/model_json.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "harness/core/model/support_table.h"
#include "harness/core/types.h"

namespace smx {

/// A run of one target, one reader and as many scenarios as are mentioned, for tests of verdicts.
class RecordBuilder {
 public:
  RecordBuilder() {
    record_.info.id = "20261124-093012-5f3c";
    record_.info.started = parse_iso8601("2026-11-24T09:30:12.000Z");
    record_.plan.matrix.targets = {{"t", TargetKind::windows, "img", "table"}};
    record_.plan.tables["table"].id = "table";
    record_.end = RunEnd::completed;
  }

  RecordBuilder& mark(const std::string& scenario, Mark mark, MarkSource known = MarkSource::stated) {
    TableRow row{1, scenario, scenario, {{BootMode::safe_networking, {mark, known, "", std::nullopt}}}};
    record_.plan.tables["table"].rows.push_back(row);
    return *this;
  }
  RecordBuilder& confirm(const std::string& scenario, Mark mark) {
    for (auto& row : record_.plan.tables["table"].rows)
      if (row.scenario == scenario) {
        row.marks[BootMode::safe_networking].mark = mark;
        row.marks[BootMode::safe_networking].confirmed =
            Confirmation{"Ada", "2026-01-02", "the printed page", mark};
      }
    return *this;
  }
  /// A cell with its attempts' outcomes, in order; none: planned and never run.
  RecordBuilder& cell(const std::string& scenario, BootMode mode, const std::vector<Outcome>& outcomes) {
    Cell cell{{"t", mode, "r", scenario}, 1, scenario, "", false};
    record_.plan.cells.push_back(cell);
    int number = 0;
    for (const auto outcome : outcomes) {
      Attempt a;
      a.cell = cell.id;
      a.number = ++number;
      a.observation.outcome = outcome;
      if (outcome != Outcome::passed) a.observation.cause = "why";
      a.observation.message = "message";
      record_.attempts.push_back(a);
    }
    return *this;
  }
  RecordBuilder& normal(const std::string& scenario, const std::vector<Outcome>& outcomes) {
    return cell(scenario, BootMode::normal, outcomes);
  }
  RecordBuilder& safe(const std::string& scenario, const std::vector<Outcome>& outcomes) {
    return cell(scenario, BootMode::safe_networking, outcomes);
  }
  RecordBuilder& not_covered(const std::string& scenario) {
    record_.plan.cells.push_back(
        {{"t", BootMode::safe_networking, "r", scenario}, 1, scenario, "a domain controller", false});
    return *this;
  }
  RunRecord& record() { return record_; }

 private:
  RunRecord record_;
};

}  // namespace smx
