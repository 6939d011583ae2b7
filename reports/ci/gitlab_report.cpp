#include "reports/ci/gitlab_report.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/compare/compare.h"
#include "harness/core/files.h"
#include "reports/common/details.h"
#include "reports/json/json_text.h"

namespace smx {
namespace {

using nlohmann::json;

std::string_view code_quality_severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::control_broken:
    case Verdict::deviates: return "critical";
    case Verdict::deviates_unconfirmed: return "major";
    case Verdict::inconclusive: return "minor";
    default: return "info";
  }
}

/// GitLab takes paths relative to the repository only, without "./" before them.
std::string path_in_repository(const std::string& file) {
  const auto path = std::filesystem::path(one_line(file)).lexically_normal().relative_path().generic_string();
  return path.empty() ? "matrix" : path;
}

}  // namespace

std::string gitlab_report(const ReportInput& input) {
  const auto path = path_in_repository(input.record.plan.matrix.file);
  json all = json::array();
  for (const auto cell : attention_cells(input.judgement)) {
    const auto& verdict = input.judgement.cells[cell];
    const auto& planned = input.record.plan.cells[cell];
    const auto id = planned.id.str();
    const auto word = std::string(name(verdict.verdict)) + (verdict.flaky ? ", flaky" : "");
    all.push_back({{"description", one_line(word + ": " + id + ": " + verdict.reason)},
                   {"check_name", planned.id.scenario},
                   {"fingerprint", sha256_hex(id + "\n" + word)},
                   {"severity", code_quality_severity(verdict.verdict)},
                   {"location", {{"path", path}, {"lines", {{"begin", 1}}}}}});
  }
  for (const auto* change : further_changes(input)) {
    const auto id = change->cell.str();
    const bool regressed = change->change == compare::Change::regressed;
    all.push_back({{"description", one_line(id + ": " + change_words(*change, input.comparison->baseline))},
                   {"check_name", change->cell.scenario},
                   {"fingerprint", sha256_hex(id + "\n" + std::string(name(change->change)))},
                   {"severity", regressed ? "critical" : "minor"},
                   {"location", {{"path", path}, {"lines", {{"begin", 1}}}}}});
  }
  return json_text(std::move(all));
}

}  // namespace smx
